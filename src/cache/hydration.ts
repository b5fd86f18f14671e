import type { Query as CachedQuery } from "@tanstack/react-query";
import { TaggedTypeFormat } from "fauna";

import { createIdentity, type Identity } from "../auth/identity";
import type { Connection } from "../client/connection";
import { type FaunaHydrationState, type HydratedAnswer, readHere } from "./hydration-state";
import { identityKey, type Scope } from "./keys";
import { type Origin, recordOf } from "./query-record";
import { originOf, seenUntil } from "./origins";
import {
  buildQuery,
  cancelFetch,
  fetchQuery,
  findQuery,
  runningFetch,
  setFetchedData,
} from "./tanstack";

/** Decodes what a server's `encodeValues` has encoded. */
export const decodeValues = (text: string): unknown =>
  // Only bigints are written as longs.
  TaggedTypeFormat.decode(text, { long_type: "bigint" });

/** Whose a state is; undefined if it is of nobody, or if it is not for this provider. */
const identityOfState = (
  { endpoint, identityStore }: Connection,
  { identity, endpoint: stateEndpoint }: FaunaHydrationState,
): Identity | undefined =>
  identity &&
  identity.template === identityStore.current().template &&
  stateEndpoint === endpoint.href
    ? createIdentity("signed-in", identity.template, identity)
    : undefined;

/**
 * Returns whose page it is: whom the browser knows or, while Clerk loads, whom the page's server has named. That identity
 * ends as any other does if Clerk names somebody else.
 *
 * @param rendered - the identity of this render.
 * @param mayName - whether the state came with the page itself. When a later one was made is not known.
 */
export function hydratedIdentity(
  connection: Connection,
  rendered: Identity,
  state: FaunaHydrationState,
  mayName: boolean,
): Identity {
  const { current, isCurrent, name } = connection.identityStore;
  const owner = identityOfState(connection, state);
  if (rendered.status !== "loading" || !owner) return rendered;
  const { identity, isNamedByToken, doubted } = current();
  if (mayName && !isNamedByToken && !doubted && identity.status === "loading") name(owner, false);
  return isCurrent(owner) ? owner : rendered;
}

/**
 * Puts what a server has read for the identity into the cache, under the identity's own keys.
 *
 * @returns What updates the queries that are in the cache already and may be on the screen, for an effect.
 */
export function hydrate(scope: Scope, state: FaunaHydrationState): () => void {
  const { connection, identity, cache } = scope;
  const later: (() => void)[] = [];
  // Nobody may wait for an answer that is on its way: then its failure is nobody's.
  for (const { answer } of state.queries) Promise.resolve(answer).catch(() => {});
  if (identityOfState(connection, state)?.key === identity.key) {
    // On a server a provider sends nothing.
    if (typeof window !== "undefined") connection.client.lastTxnTs = state.txn ?? undefined;
    for (const hydrated of state.queries) {
      const { key, answer } = hydrated;
      const queryKey = [...identityKey(connection, identity), ...(JSON.parse(key) as [])];
      const isKnown = findQuery(cache, queryKey);
      const query = buildQuery(cache, cache.defaultQueryOptions({ queryKey }));
      if (typeof answer !== "string") {
        follow(scope, query, answer);
        continue;
      }
      const run = (): void =>
        setAnswer(query, readHere.get(hydrated) ?? (decodeValues(answer) as HydratedAnswer));
      if (isKnown) later.push(run);
      else run();
    }
  }
  return () => later.forEach((run) => run());
}

/**
 * Sets an answer as a query's data, as if it had been fetched here. Data that is as new stays, unless the answer has an
 * event source and the data has none.
 */
function setAnswer(query: CachedQuery, answer: HydratedAnswer): void {
  const { data, txn = 0, at, source } = answer;
  const record = recordOf(query.queryKey);
  const origin = originOf(query);
  const newest = seenUntil(origin);
  const isNewer = txn > newest || (txn === newest && source && !origin?.source);
  if (query.state.data !== undefined && !isNewer) return;
  const { fetched } = record;
  record.origin = noteAnswer(query, answer);
  // What a fetch under way has read is still to come.
  record.fetched = undefined;
  setFetchedData(query, data, at);
  record.fetched = fetched;
}

/** Notes what is known of an answer beside its data. Returns where that comes from. */
function noteAnswer(query: CachedQuery, { txn, source }: HydratedAnswer): Origin {
  const record = recordOf(query.queryKey);
  const origin: Origin = { txn, writes: 0, source };
  record.info = { txn_ts: txn } as never;
  if (record.fresh && query.getObserversCount()) return origin;
  // What the server has just read is fresh for those who show it first, which are mounted together, whatever their
  // stale time. From then on that counts.
  let isFresh = true;
  record.fresh = {
    isFresh() {
      if (query.getObserversCount()) setTimeout(() => (isFresh = false));
      return isFresh;
    },
  };
  return origin;
}

/** Waits for an answer that is on its way. Components wait for it as for a fetch. If it fails, the browser asks. */
function follow({ connection }: Scope, query: CachedQuery, pending: Promise<string>): void {
  if (query.state.data !== undefined || runningFetch(query)) return;
  // A framework's promise may have `then` alone.
  const answer = Promise.resolve(pending).then((text) => {
    const read = decodeValues(text) as HydratedAnswer;
    connection.client.lastTxnTs = read.txn;
    recordOf(query.queryKey).fetched = noteAnswer(query, read);
    return read.data;
  });
  fetchQuery(query, undefined, answer).catch(() => {});
  answer.catch(() => {
    cancelFetch(query);
    if (query.getObserversCount()) fetchQuery(query, query.options).catch(() => {});
  });
}
