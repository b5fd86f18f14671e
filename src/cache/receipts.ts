import { TokenError } from "../errors";
import { decodeValues } from "./hydration";
import type { FaunaReceipt } from "./hydration-state";
import { type FaunaQueries, matcher, type Scope } from "./keys";
import { refetchAfterWrite } from "./refetch";
import { markAsMaybeApplied } from "./retry";
import { settledWrite } from "./seen-writes";

/** How the receipt of a Server Action is applied. */
export interface ActionOptions {
  /**
   * The queries that the action changes, as for `useFaunaMutation`. `false`: none, for a page that the action itself
   * renders again.
   * @default every Fauna query of the identity
   */
  invalidates?: FaunaQueries | false | undefined;
}

/**
 * Lets what is asked from now on see what a server has written, refetches what that may have changed, and returns the
 * receipt's value.
 *
 * @throws TokenError (`identity_changed`) if it is not the receipt of the identity.
 */
export function applyReceipt(
  scope: Scope,
  { faunaReceiptOf, txn, value }: FaunaReceipt<unknown>,
  { invalidates }: ActionOptions,
): unknown {
  const { connection } = scope;
  const { identity } = connection.identityStore.current();
  if (faunaReceiptOf !== identity.key) throw markAsMaybeApplied(new TokenError("identity_changed"));
  const time = txn ?? undefined;
  connection.getClient().lastTxnTs = time;
  const current = { ...scope, identity };
  refetchAfterWrite(current, matcher(current, invalidates), settledWrite(time));
  return (decodeValues(value) as { value?: unknown }).value;
}
