import type { QueryClient, QueryKey } from "@tanstack/react-query";

import type { AuthState, Identity } from "../auth/identity";
import type { IdentityStore } from "../auth/identity-store";
import type { AnyReadOptions } from "../cache/query-options";
import { isThereOrComing, leaveToBrowser } from "../cache/suspense";
import { type Connection, driverFor } from "../client/connection";
import { TokenError } from "../errors";
import { endClerkWait, waitForClerk } from "./clerk-wait";
import { type FaunaContextValue, useFaunaContext } from "./fauna-context";

type Build<O> = (
  connection: Connection,
  identity: Identity,
  query: unknown,
  options: AnyReadOptions | undefined,
) => O & { queryKey: QueryKey };

/**
 * Returns a suspending query's options once it is known who is signed in. Until then the component suspends.
 *
 * @throws TokenError (`signed_out`, `token_timeout`); ConfigurationError if the query is skipped, or on a server without its data.
 */
export function useSuspenseOptions<O>(
  build: Build<O>,
  query: unknown,
  options: AnyReadOptions | undefined,
): [O, QueryClient] {
  const context = useFaunaContext();
  const { connection, identity, cache } = context;
  // A query that suspends cannot be skipped, so null is refused here.
  driverFor(connection, query);
  const built = build(connection, identity, query, options);
  suspendUntilReady(context, built.queryKey);
  return [built, cache];
}

function suspendUntilReady(context: FaunaContextValue, queryKey: QueryKey): void {
  const { connection, identity, cache } = context;
  const state = cache.getQueryState(queryKey);
  if (typeof window === "undefined" && !(state && isThereOrComing(state))) leaveToBrowser();
  if (identity.status !== "loading") endClerkWait(cache);
  if (identity.status === "signed-out") throw new TokenError("signed_out");
  if (identity.error) throw identity.error;
  if (identity.status === "signed-in" && connection.identityStore.isCurrent(identity)) return;
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- React 18 has no use(), so throw the promise.
  throw untilChanged(context);
}

/** Resolves when it may be known who is signed in, or when that has taken too long. */
function untilChanged({ connection, auth, identity, cache }: FaunaContextValue): Promise<void> {
  const { identityStore, options } = connection;
  const changed = identityStore.changed();
  if (identity.status === "signed-in") adoptSoon(identityStore, auth);
  else if (auth.isNamedByToken) void connection.tokens.identify();
  else return Promise.race([changed, waitForClerk(cache, options.tokenTimeout)]);
  return changed;
}

/**
 * This render is for a new user, but React has not committed it yet. Usually it is about to. But it commits a
 * transition only when nothing in it suspends any more, so the identity store has to change before the screen does.
 */
function adoptSoon(identityStore: IdentityStore, auth: AuthState): void {
  const before = identityStore.current();
  setTimeout(() => {
    if (identityStore.current() === before) identityStore.update(auth);
  });
}
