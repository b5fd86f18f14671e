import { setMaxListeners } from "node:events";

import { onlineManager, QueryClient } from "@tanstack/react-query";
import fc from "fast-check";
import { type Client, fql, type Query } from "fauna";
import { createFaunaClient, type FaunaLiveSettings } from "fauna-clerk";
import { expect, onTestFinished, test, vi } from "vitest";

import "../../../src/auth/refresh";
import "../../../src/auth/unauthorized-reasons";
import { attachCache, connectionOf } from "../../../src/client/connection";
import { LIST } from "../../../src/live/live-list";
import { followQuery, liveStatusOf, PLAIN } from "../../../src/live/live-query";
import { type FaunaLiveQueryOptions, sourceKey } from "../../../src/live/live-query-options";
import "../../../src/live/live-pages";
import "../../../src/live/on-demand";
import { runs, seededRandom } from "../../support/runs";
import { makeToken } from "../../support/token";
import {
  type Answers,
  AnsweringServer,
  FEED_ANSWERS,
  PAGE_ANSWERS,
  QUERY_ANSWERS,
  STREAM_ANSWERS,
} from "./answering-server";

const MINUTE_MS = 60_000;

const some = <T>(values: readonly T[]): fc.Arbitrary<T[]> =>
  fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });

/** Mostly as far as the events, which is where there is most to go wrong. */
const query = fc.oneof(fc.constant(["data" as const]), some(QUERY_ANSWERS));
const answers: fc.Arbitrary<Answers> = fc.record({
  query,
  page: some(PAGE_ANSWERS),
  feed: some(FEED_ANSWERS),
  stream: some(STREAM_ANSWERS),
});

/** How getToken ends, in turn. */
const tokens = fc.oneof(
  { weight: 3, arbitrary: fc.constant(["new"]) },
  { weight: 1, arbitrary: some(["new", "same", "null", "reject", "hang"]) },
);

const settings = fc.record({
  query: fc.constantFrom<Query[]>(
    fql`Todo.all()`,
    fql`Todo.byId("1")`,
    fql`Todo.all().map(t => t.user { id })`,
    fql`Todo.all().count()`,
  ),
  /** How many pages have been loaded already: a list's, which the cache has, or 0 if it is no list. */
  pages: fc.constantFrom(0, 0, 1, 3, 11, 12, 13, 40),
  on: fc.constantFrom(undefined, fql`Note.all()`, [fql`A.all()`, fql`B.all()`, fql`C.all()`]),
  /** How long a token lives, in seconds. */
  life: fc.constantFrom(2, 8, 60, 3600),
  /** After how many ms the network is another one, again and again. */
  flaps: fc.constantFrom(Infinity, Infinity, 500, 7000),
  live: fc.record({
    transport: fc.constantFrom<NonNullable<FaunaLiveSettings["transport"]>[]>(
      "auto",
      "stream",
      "feed",
    ),
    pollInterval: fc.constantFrom(undefined, 0, NaN, -1, 1, 1000, 5000, Infinity),
    maxStreams: fc.constantFrom(undefined, 0, 1, Infinity),
  }),
  client: fc.record({
    format: fc.constantFrom<("simple" | "decorated" | "tagged")[]>("tagged", "simple", "decorated"),
    max_attempts: fc.constantFrom(1, 10),
  }),
  retry: fc.constantFrom<(boolean | number | undefined)[]>(undefined, false, true, 7),
  retryDelay: fc.constantFrom(undefined, 0, 1),
  tokenTimeout: fc.constantFrom(undefined, 1, Infinity),
});

// TanStack listens to a fetch's signal once for each page of a list. Node warns of more than ten.
setMaxListeners(Infinity);

/** Time is the test's, and nothing else takes any. */
function takeTime(): void {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
  });
  const random = vi.spyOn(Math, "random").mockImplementation(seededRandom());
  onTestFinished(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    random.mockRestore();
  });
}

function getTokens(kinds: readonly string[], life: number): () => Promise<string | null> {
  let turn = 0;
  const newToken = (): string => {
    const iat = Math.floor(Date.now() / 1000);
    return makeToken({ sub: "ada", iat, exp: iat + life });
  };
  const same = newToken();
  return () => {
    const kind = kinds[turn++ % kinds.length];
    if (kind === "hang") return new Promise(() => {});
    if (kind === "reject") return Promise.reject(new TypeError("Failed to fetch"));
    return Promise.resolve(kind === "null" ? null : kind === "same" ? same : newToken());
  };
}

const loadedPages = (count: number): object => ({
  pages: Array.from({ length: count }, () => ({ data: [], after: "next" })),
  pageParams: Array.from({ length: count }, (_, index) => (index ? { after: "next" } : null)),
});

/** @param pages - how many the cache has already: those of a list, unless there are none. */
function follow(client: Client, query: Query, pages: number, live: FaunaLiveQueryOptions<unknown>) {
  const connection = connectionOf(client);
  const { identity } = connection.identityStore.current();
  const cache = new QueryClient();
  attachCache(connection, cache);
  const kind = pages ? LIST : PLAIN;
  const options = { ...live, gcTime: Infinity };
  const { queryKey } = kind.build(connection, identity, query, options);
  if (pages) cache.setQueryData(queryKey, loadedPages(pages));
  const stop = followQuery({
    ...{ kind, query, options },
    scope: { connection, identity, cache },
    listener: () => {},
    latest: () => options,
  });
  return { cache, stop };
}

test("a live query makes at most 30 requests in its first minute and 12 in each later one, and says why it is not live", async () => {
  takeTime();
  const property = fc.asyncProperty(
    settings,
    answers,
    tokens,
    async (how, answered, tokenKinds) => {
      const server = new AnsweringServer(answered);
      vi.stubGlobal("fetch", server.fetch);
      const { query, pages, on, live, client: configuration, tokenTimeout, ...others } = how;
      const { life, flaps, ...options } = others;
      const client = createFaunaClient({
        ...{
          endpoint: "http://localhost:8443",
          getToken: getTokens(tokenKinds, life),
          userId: "ada",
        },
        ...{ live, client: configuration, tokenTimeout },
      });
      const startedAt = Date.now();
      const flap = (): void =>
        [false, true].forEach((isOnline) => onlineManager.setOnline(isOnline));
      const flapping = flaps < Infinity ? setInterval(flap, flaps) : undefined;
      const { cache, stop } = follow(client, query, pages, { ...options, on } as object);
      try {
        for (let minute = 0; minute < 3; minute++) {
          for (let seconds = 0; seconds < 60; seconds += 5) {
            await vi.advanceTimersByTimeAsync(5000);
            const [cached] = cache.getQueryCache().getAll();
            const { live: state, info } = liveStatusOf(cached, sourceKey(on))!;
            if (info.transport === "stream") expect([null, "limited"]).toContain(info.reason);
            else expect(info.reason).not.toBeNull();
            expect(info.transport !== null).toBe(state === "live");
            if (state !== "live" && Date.now() - info.since >= MINUTE_MS)
              expect(info.error ?? (info.reason === "limited" || null)).not.toBeNull();
          }
          const from = startedAt + minute * MINUTE_MS;
          const asked = server.askedAt.filter((time) => time >= from && time < from + MINUTE_MS);
          // A longer list may ask as often as it has pages.
          expect(asked.length).toBeLessThanOrEqual(Math.max(12, pages) + (minute ? 0 : 18));
        }
      } finally {
        stop();
        clearInterval(flapping);
        await cache.cancelQueries();
        await vi.advanceTimersByTimeAsync(1);
        cache.clear();
      }
    },
  );
  await fc.assert(property, runs(25));
});

test.each([2, 7, 12, 13, 40])(
  "a list of %d pages is refetched again and again, and its feeds are asked, however busy they are",
  async (pages) => {
    takeTime();
    const server = new AnsweringServer({
      ...{ query: ["data"], page: ["data"], feed: ["change"], stream: ["503"] },
    });
    const asked = new Set<string>();
    vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
      asked.add(new URL(url).pathname);
      return server.fetch(url, init);
    });
    const client = createFaunaClient({
      endpoint: "http://localhost:8443",
      userId: "ada",
      getToken: getTokens(["new"], 3600),
      live: { transport: "feed" },
    });
    const { cache, stop } = follow(client, fql`Todo.all()`, pages, {
      on: [fql`A.all()`, fql`B.all()`],
    });
    onTestFinished(stop);
    const [cached] = cache.getQueryCache().getAll();
    for (let minute = 0; minute < 15; minute += 3) {
      asked.clear();
      const before = cached?.state.dataUpdateCount;
      await vi.advanceTimersByTimeAsync(3 * MINUTE_MS);
      expect(cached?.state.dataUpdateCount).toBeGreaterThan(Number(before));
      expect(asked).toEqual(new Set(["/query/1", "/feed/1"]));
    }
  },
);
