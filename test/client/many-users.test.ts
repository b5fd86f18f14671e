import { AsyncLocalStorage } from "node:async_hooks";

import { MutationObserver, QueryClient, QueryObserver } from "@tanstack/react-query";
import fc from "fast-check";
import { fql, type Page } from "fauna";
import {
  createFaunaClient,
  faunaInfiniteQueryOptions,
  faunaMutationOptions,
  faunaQueryOptions,
  prefetchFaunaQuery,
} from "fauna-clerk";
import { createAuthorizedFetch } from "fauna-clerk/fetch";
import { expect, test } from "vitest";

import { eventually } from "../support/eventually";
import { ownerIn, success, unauthorized } from "../support/fake-answers";
import { startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { runs } from "../support/runs";
import { claimsIn, makeToken } from "../support/token";

const WAYS = ["query", "fetch", "prefetch", "paginate", "cache", "options", "list"] as const;

/** A request of a server, and what happens on its way. */
interface Call {
  readonly user: string;
  readonly by: (typeof WAYS)[number];
  /** After how many turns of the event loop it begins, and its tokens come. */
  readonly begins: number;
  readonly tokenTakes: number;
  /** Whether its first token is refused. */
  readonly isRefused: boolean;
}

const call: fc.Arbitrary<Call> = fc.record({
  user: fc.constantFrom("ada", "bob", "eve"),
  by: fc.constantFrom(...WAYS),
  begins: fc.nat(6),
  tokenTakes: fc.nat(8),
  isRefused: fc.boolean(),
});

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await new Promise((resume) => setImmediate(resume));
}

/** Tokens with the same claims are equal. */
const TIMES = { iat: 1, nbf: 1, exp: 4_000_000_000 };

test("a client that all users of a server share gives each request the answer of its own user", async () => {
  const property = fc.asyncProperty(
    fc.array(call, { minLength: 2, maxLength: 20 }),
    async (calls) => {
      const fauna = await startFakeFauna();
      const current = new AsyncLocalStorage<Call>();
      const refused = new Set<string>();
      fauna.respond = (request) => {
        if (refused.has(request.token)) return unauthorized(request);
        if (!request.body.includes("all()")) return undefined;
        return success(request, { "@set": { data: [ownerIn(request.claims)] } });
      };
      const getToken = async ({ skipCache }: { skipCache?: boolean }): Promise<string> => {
        const { user, tokenTakes, isRefused } = current.getStore()!;
        await turns(tokenTakes);
        // One token for a user, as in Clerk's cache: requests of one user meet with the same refused token.
        const token = makeToken({ sub: user, jti: skipCache ? "new" : "cached", ...TIMES });
        if (isRefused && !skipCache) refused.add(token);
        return token;
      };
      const client = createFaunaClient({ endpoint: fauna.url, getToken });
      const authorizedFetch = createAuthorizedFetch({ origin: fauna.url, getToken });
      // All requests share a cache and options, of which nothing is ever stale.
      const cache = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
      const whoami = fql<string>`whoami()`;
      const options = faunaQueryOptions({ client }, whoami);
      const ask: Record<Call["by"], () => Promise<unknown>> = {
        cache: () => cache.fetchQuery(faunaQueryOptions({ client }, whoami)),
        options: () => cache.ensureQueryData({ ...options, retry: 2 }),
        list: async () => {
          const list = faunaInfiniteQueryOptions({ client }, fql<Page<string>>`all()`);
          return (await cache.fetchInfiniteQuery(list)).pages[0]?.data[0];
        },
        query: async () => (await client.query(fql<string>`whoami()`)).data,
        paginate: async () => {
          for await (const page of client.paginate(fql`whoami()`)) return page[0];
          return undefined;
        },
        prefetch: async () => {
          const queryClient = new QueryClient();
          await prefetchFaunaQuery(client, fql`whoami()`, { queryClient });
          return queryClient.getQueryCache().getAll()[0]?.state.data;
        },
        fetch: async () => {
          const response = await authorizedFetch(`${fauna.url}/query/1`, { method: "POST" });
          return ((await response.json()) as { data: unknown }).data;
        },
      };
      const answers = await Promise.all(
        calls.map((each) =>
          current.run(each, async () => {
            await turns(each.begins);
            return ask[each.by]();
          }),
        ),
      );
      const owners = calls.map(({ user }) => ownerIn(claimsIn(makeToken({ sub: user }))));
      expect(answers).toEqual(owners);
    },
  );
  await fc.assert(property, runs(10));
});

test.each<[string, readonly object[]]>([
  [
    "organizations of one user",
    [
      { sub: "ada", org_id: "org_1" },
      { sub: "ada", org_id: "org_2" },
    ],
  ],
  [
    "sessions of one user",
    [
      { sub: "ada", sid: "sess_1" },
      { sub: "ada", sid: "sess_2" },
    ],
  ],
  ["users whom no token names", [{ of: "ada" }, { of: "bob" }]],
])("tokens of two %s that are refused at once are refreshed each by itself", async (_, both) => {
  const fauna = await startFakeFauna();
  const current = new AsyncLocalStorage<object>();
  fauna.respond = (request) =>
    request.claims["jti"] === "cached"
      ? unauthorized(request)
      : success(request, { ...request.claims, jti: undefined });
  const getToken = async ({ skipCache }: { skipCache?: boolean }): Promise<string> =>
    makeToken({ ...TIMES, ...current.getStore(), jti: skipCache ? "new" : "cached" });
  const client = createFaunaClient({ endpoint: fauna.url, getToken });
  const answers = both.map((claims) =>
    current.run(claims, () => client.query(fql<Record<string, string>>`claims()`)),
  );
  const seen = (await Promise.all(answers)).map(({ data }) => data);
  expect(seen).toEqual(both.map((claims) => expect.objectContaining(claims) as object));
  expect(fauna.requests).toHaveLength(4);
});

test("a write of one user of a server refetches nothing that another one reads", async () => {
  const fauna = await startFakeFauna();
  const current = new AsyncLocalStorage<string>();
  const getToken = async (): Promise<string> => makeToken({ sub: current.getStore() });
  const client = createFaunaClient({ endpoint: fauna.url, getToken });
  const cache = new QueryClient();
  const observer = new QueryObserver(cache, faunaQueryOptions({ client }, fql<string>`whoami()`));
  const leave = current.run("ada", () => observer.subscribe(() => {}));
  await eventually(() => observer.getCurrentResult().data);
  const write = new MutationObserver(
    cache,
    faunaMutationOptions({ client }, () => fql`save()`),
  );
  await current.run("bob", () => write.mutate());
  await untilIdle();
  expect(observer.getCurrentResult().data).toBe(ownerIn(claimsIn(makeToken({ sub: "ada" }))));
  expect(fauna.requests).toHaveLength(2);
  leave();
});
