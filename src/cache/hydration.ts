import type { Query as CachedQuery } from "@tanstack/react-query";
import { TaggedTypeFormat } from "fauna";

import { type AuthState, createIdentity, type Identity } from "../auth/identity";
import type { Connection } from "../client/connection";
import { type FaunaHydrationState, type HydratedAnswer, readHere } from "./hydration-state";
import { type IdentityScope, isKeyOf, type Scope } from "./keys";
import { recordOf } from "./query-record";
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

/**
 * Returns whose page it is: whom the browser knows or, while Clerk loads, whom the page's server has named. That identity
 * ends as any other does if Clerk names somebody else.
 *
 * @param mayName - whether the state came with the page itself. When a later one was made is not known.
 */
export function hydratedIdentity(
  { connection, auth, identity }: IdentityScope & { readonly auth: AuthState },
  state: FaunaHydrationState,
  mayName: boolean,
): Identity {
  const { isCurrent, name } = connection.identityStore;
  // That another tab has signed the user out is newer than what the page's server has said.
  if (identity.status === "loading" && !auth.doubted && !auth.isNamedByToken) {
    const named = createIdentity("signed-in", auth.template, state.identity);
    if (isKeyOf(connection, named, state.owner)) {
      if (mayName && isCurrent(identity)) name(named, false);
      if (isCurrent(named)) return named;
    }
  }
  return identity;
}

/**
 * Puts what a server has read for the identity into the cache, under the identity's own keys.
 *
 * @returns What updates the queries that are in the cache already and may be on the screen, for an effect.
 */
export function hydrate(
  { connection, identity, cache }: Scope,
  { owner, txn, queries }: FaunaHydrationState,
): () => void {
  const later: (() => void)[] = [];
  const isOwn = isKeyOf(connection, identity, owner);
  // On a server a provider sends nothing.
  if (isOwn && typeof window !== "undefined") connection.getClient().lastTxnTs = txn;
  for (const hydrated of queries) {
    const { key, answer } = hydrated;
    // A framework's promise may have `then` alone.
    const text = Promise.resolve(answer);
    // Nobody may wait for an answer that is on its way: then its failure is nobody's.
    text.catch(() => {});
    if (!isOwn) continue;
    const queryKey = [...owner, ...(JSON.parse(key) as [])];
    const isKnown = findQuery(cache, queryKey);
    const query = buildQuery(cache, cache.defaultQueryOptions({ queryKey }));
    const set = (): void =>
      setAnswer(
        query,
        readHere.get(hydrated) ?? (decodeValues(answer as string) as HydratedAnswer),
      );
    if (typeof answer !== "string") follow(connection, query, text);
    else if (isKnown) later.push(set);
    else set();
  }
  return () => later.forEach((set) => set());
}

/**
 * Sets an answer as a query's data, as if it had been fetched here. Data that is as new stays, unless the answer has an
 * event source and the data has none.
 */
function setAnswer(query: CachedQuery, answer: HydratedAnswer): void {
  const { origin } = answer;
  const record = recordOf(query.queryKey);
  const known = originOf(query);
  const newerBy = seenUntil(origin) - seenUntil(known);
  const isNewer = newerBy > 0 || (!newerBy && origin.source && !known?.source);
  if (query.state.data !== undefined && !isNewer) return;
  // What a fetch under way has read is still to come.
  const { fetched } = record;
  noteAnswer(query, answer);
  setFetchedData(query, answer.data, answer.at);
  originOf(query);
  record.fetched = fetched;
}

/** Notes what is known of an answer beside its data. */
function noteAnswer(query: CachedQuery, { origin }: HydratedAnswer): void {
  const record = recordOf(query.queryKey);
  record.fetched = { ...origin };
  record.info = { txn_ts: origin.txn } as never;
  if (record.fresh && query.getObserversCount()) return;
  // What the server has just read is fresh for those who show it first, which are mounted together, whatever their
  // stale time. From then on that counts.
  let isFresh = true;
  record.fresh = {
    isFresh: () => {
      if (query.getObserversCount()) setTimeout(() => (isFresh = false));
      return isFresh;
    },
  };
}

/** Waits for an answer that is on its way. Components wait for it as for a fetch. If it fails, the browser asks. */
function follow(connection: Connection, query: CachedQuery, pending: Promise<string>): void {
  if (query.state.data !== undefined || runningFetch(query)) return;
  const answer = pending.then((text) => {
    const read = decodeValues(text) as HydratedAnswer;
    connection.getClient().lastTxnTs = read.origin.txn;
    noteAnswer(query, read);
    return read.data;
  });
  fetchQuery(query, undefined, answer).catch(() => {});
  answer.catch(() => {
    cancelFetch(query);
    if (query.getObserversCount()) fetchQuery(query).catch(() => {});
  });
}
