import type { QueryClient, QueryKey } from "@tanstack/react-query";

import type { AuthState, Identity } from "../auth/identity";
import type { IdentityStore } from "../auth/identity-store";
import type { AnyReadOptions } from "../cache/query-options";
import { type Connection, driverFor } from "../client/connection";
import { ConfigurationError, TokenError } from "../errors";
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

function suspendUntilReady(
  { connection, auth, identity, cache }: FaunaContextValue,
  queryKey: QueryKey,
): void {
  if (typeof window === "undefined" && !isThereOrComing(cache, queryKey)) leaveToBrowser();
  const { identityStore, options } = connection;
  if (identity.status !== "loading") endClerkWait(cache);
  if (identity.status === "signed-out") throw new TokenError("signed_out");
  if (identity.error) throw identity.error;
  if (identity.status === "signed-in" && identityStore.isCurrent(identity)) return;
  if (identity.status === "signed-in") adoptSoon(identityStore, auth);
  void connection.identify();
  const changed = identityStore.changed();
  const isOfClerk = identity.status === "loading" && !auth.isNamedByToken;
  const late = isOfClerk ? waitForClerk(cache, options.tokenTimeout) : changed;
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- React 18 has no use(), so throw the promise.
  throw Promise.race([changed, late]);
}

/** Whether a server's render can show a query: its data was prefetched, or is on its way. */
const isThereOrComing = (cache: QueryClient, queryKey: QueryKey): boolean =>
  cache.getQueryData(queryKey) !== undefined ||
  cache.getQueryState(queryKey)?.fetchStatus === "fetching";

/**
 * How React 19.3 marks what `use(browser())` throws: it renders the fallback and leaves the boundary to the browser, and
 * neither of them takes it for an error. `browser` is react-dom's, which React Native does not have.
 */
const LEAVES_TO_BROWSER = Symbol.for("react.recoverable");

/**
 * To an older React on a server it is an error of the nearest boundary, which the browser renders again. Next.js knows by
 * the digest that this is meant, and neither logs it nor fails the build of a static page.
 */
function leaveToBrowser(): never {
  // React shows the cause if there is no boundary.
  const cause = "A server sends no queries: this <Suspense> renders in the browser.";
  throw Object.assign(new ConfigurationError("browser_only", cause, { cause }), {
    digest: "BAILOUT_TO_CLIENT_SIDE_RENDERING",
    [LEAVES_TO_BROWSER]: true,
  });
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
