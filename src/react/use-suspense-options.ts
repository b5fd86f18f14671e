import type { QueryClient, QueryKey } from "@tanstack/react-query";

import type { AuthState, Identity } from "../auth/identity";
import type { IdentityStore } from "../auth/identity-store";
import { withDefaults } from "../cache/query-options";
import { type Connection, driverFor } from "../client/connection";
import { ConfigurationError, TokenError } from "../errors";
import { type FaunaContextValue, useFaunaContext } from "./fauna-context";

type Build<O> = (
  connection: Connection,
  identity: Identity,
  query: unknown,
  options: never,
) => O & { queryKey: QueryKey };

/**
 * The options of a query that suspends, once it can run or has data; before that the component suspends.
 *
 * @throws TokenError (`signed_out`), and ConfigurationError when the query is skipped.
 */
export function useSuspenseOptions<O>(
  build: Build<O>,
  query: unknown,
  options: object | undefined,
): [O, QueryClient] {
  const context = useFaunaContext();
  const { connection, identity, cache } = context;
  // A query that suspends cannot be skipped, so that null is none.
  driverFor(connection, query);
  const merged = withDefaults(cache, options);
  const built = build(connection, identity, query, merged as never);
  suspendUntilReady(context, built.queryKey);
  return [built, cache];
}

function suspendUntilReady(
  { connection: { identityStore }, auth, identity, cache }: FaunaContextValue,
  queryKey: QueryKey,
): void {
  // Upon an error React sends the fallback of the nearest boundary, and renders what is in it in the browser.
  if (typeof window === "undefined" && cache.getQueryData(queryKey) === undefined)
    throw new ConfigurationError(
      "browser_only",
      "A server sends no queries: this <Suspense> renders in the browser.",
    );
  if (identity.status === "signed-out") throw new TokenError("signed_out");
  if (identity.status === "signed-in" && identity.key === identityStore.current().identity.key)
    return;
  if (identity.status === "signed-in") adoptSoon(identityStore, auth);
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- A promise is what React waits for; 18 has no use().
  throw identityStore.changed();
}

/**
 * React has not committed this render, which is about a new user. Usually it is about to. But it commits a transition only
 * when nothing in it suspends any more, so the identity store has to change before the screen does.
 */
function adoptSoon(identityStore: IdentityStore, auth: AuthState): void {
  const before = identityStore.current();
  setTimeout(() => {
    if (identityStore.current() === before) identityStore.update(auth);
  });
}
