import type { Query, QueryClient, QueryFunctionContext, QueryKey } from "@tanstack/react-query";

import { withTokenTimeout } from "../auth/fetch-with-token";
import type { Identity } from "../auth/identity";
import { untilAborted } from "../auth/signals";
import type { Connection } from "../client/connection";
import type { FaunaPages } from "./pages";
import { recordOf } from "./query-record";
import { findQuery, onData, removeQuery, runningFetch } from "./tanstack";

// Loaded on demand: the hooks do not ask before it is known who is signed in. TanStack's own functions do.

/** What a query function is given. */
type Context = Pick<QueryFunctionContext, "client" | "queryKey" | "signal">;

/** Makes a user's options for a query or a list. */
export type BuildFor = (user: Identity) => {
  readonly queryKey: QueryKey;
  readonly staleTime?: unknown;
};

/**
 * Waits until it is known who is signed in, as the driver's client does, and reads as that user, in the user's own cache
 * entry. The entry that was asked for belongs to nobody: it leaves the cache as soon as its fetch has the data.
 *
 * @returns the data; of a list the first page, because there is no other one before it is known who is signed in.
 * @throws TokenError (`signed_out`, `token_timeout`).
 */
export async function readLater(
  connection: Connection,
  context: Context,
  buildFor: BuildFor,
): Promise<unknown> {
  const options = buildFor(await signedIn(connection, context));
  const fetched = { ...options, staleTime: staleTimeOf(options) } as never;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- Older TanStack Query 5 has nothing else.
  if (!("initialPageParam" in options)) return context.client.fetchQuery(fetched);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- Older TanStack Query 5 has nothing else.
  const list: FaunaPages<unknown> = await context.client.fetchInfiniteQuery(fetched);
  return list.pages[0];
}

async function signedIn(connection: Connection, context: Context): Promise<Identity> {
  const { client: cache, queryKey, signal } = context;
  const { tokens, identityStore, options } = connection;
  void tokens.identify();
  const known = withTokenTimeout(options.tokenTimeout, identityStore.signedInIdentity());
  const identity = await untilAborted(signal, known);
  const query = findQuery(cache, queryKey);
  if (query) leaveWithData(cache, query);
  return identity;
}

const leaveWithData = (cache: QueryClient, query: Query): unknown =>
  onData(cache, query, () => queueMicrotask(() => removeQuery(cache, query)));

/** What another fetch has brought since it is known who is signed in is new enough. */
const staleTimeOf =
  ({ staleTime }: { staleTime?: unknown }) =>
  (query: Query): unknown => {
    if (recordOf(query.queryKey).wasFetched && !runningFetch(query)) return Infinity;
    return typeof staleTime === "function"
      ? (staleTime as (of: Query) => unknown)(query)
      : staleTime;
  };
