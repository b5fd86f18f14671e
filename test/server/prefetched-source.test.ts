import { fql, type Page } from "fauna";
import { createFaunaRequest } from "fauna-clerk/server";
import { afterAll, beforeAll, expect, test } from "vitest";

import { decodeValues } from "../../src/cache/hydration";
import { collectionOf, type LiveServers, startLiveServers } from "../support/live-servers";

let servers: LiveServers;
beforeAll(async () => {
  servers = await startLiveServers(1);
  await servers.write(`${collectionOf(0)}.create({ owner: "ada", n: 1 })`);
});
afterAll(() => servers.close());

test("the event source that goes to the browser is of no use without a token of its user", async () => {
  const { fauna } = servers;
  const token = await servers.token("ada");
  const getToken = async (): Promise<string> => token;
  const request = createFaunaRequest({ endpoint: fauna.url, auth: { userId: "ada", getToken } });
  await request.prefetchLive(fql<Page<{ n: number }>>`L0.all()`);
  const [query] = request.dehydrate().state.queries;
  const { data, origin } = decodeValues((await query?.answer) ?? "") as {
    data: Page<{ n: number }>;
    origin: { source: { tokens: [string] } };
  };
  expect(data.data.map(({ n }) => n)).toEqual([1]);
  const open = (authorization?: string): Promise<Response> =>
    fetch(`${fauna.url}/stream/1`, {
      method: "POST",
      headers: authorization === undefined ? {} : { authorization },
      body: JSON.stringify({ token: origin.source.tokens[0] }),
    });
  const [without, withToken] = [await open(), await open(`Bearer ${token}`)];
  expect([without.status, withToken.status]).toEqual([401, 200]);
  await Promise.all([without.body?.cancel(), withToken.body?.cancel()]);
});
