import type { QueryClient, QueryKey } from "@tanstack/react-query";

import { authStateOf, type Identity } from "../auth/identity";
import type { Session } from "../auth/identity-store";
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
  { connection: { session }, identity, cache }: FaunaContextValue,
  queryKey: QueryKey,
): void {
  // Upon an error React sends the fallback of the nearest boundary, and renders what is in it in the browser.
  if (typeof window === "undefined" && cache.getQueryData(queryKey) === undefined)
    throw new ConfigurationError(
      "browser_only",
      "A server sends no queries: this <Suspense> renders in the browser.",
    );
  if (identity.status === "signed-out") throw new TokenError("signed_out");
  if (identity.status === "signed-in" && identity.key === session.current().identity.key) return;
  if (identity.status === "signed-in") adoptSoon(session, identity);
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- A promise is what React waits for; 18 has no use().
  throw session.changed();
}

/**
 * This render is about a change of user that React has not committed. Mostly it is about to; but a transition it
 * commits only once nothing in it suspends, so that the session has to go ahead of the screen.
 */
function adoptSoon(session: Session, identity: Identity): void {
  const before = session.current();
  setTimeout(() => {
    const state = authStateOf(identity);
    if (state && session.current() === before) session.update(state);
  });
}
