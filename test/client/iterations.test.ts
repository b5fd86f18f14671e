import { type Client, fql } from "fauna";
import { type Client as V4Client, query as q } from "faunadb";
import { describe, expect, test } from "vitest";

import { type AuthState, createIdentity } from "../../src/auth/identity";
import { createConnection } from "../../src/client/connection";
import { success } from "../support/fake-answers";
import { drivers } from "../support/drivers";
import { startFakeFauna } from "../support/fake-fauna";
import { makeToken } from "../support/token";

const signedIn = (userId: string): AuthState => ({
  identity: createIdentity("signed-in", "fauna", { userId }),
  template: "fauna",
  getToken: async () => makeToken({ sub: userId }),
});

/** A client of Ada's, and a server whose answers go on for ever: pages, feeds, and the source of a feed. */
async function setUp() {
  const fauna = await startFakeFauna();
  fauna.respond = (request) => {
    if (request.path === "/feed/1")
      return { body: { events: [], cursor: "c", has_next: true, stats: {} } };
    if (request.body.includes("eventSource")) return success(request, { "@stream": "source" });
    if (request.path === "/") return success(request, { data: [1], after: [2] });
    return success(request, { "@set": { data: [1], after: "next" } });
  };
  const connection = createConnection({ endpoint: fauna.url, drivers }, signedIn("ada"));
  const v4 = connection.drivers[1]?.getClient() as V4Client;
  return { fauna, v4, client: connection.getClient(), store: connection.identityStore };
}

const changed = { code: "identity_changed" };

describe("an iteration that Ada began ends when Bob takes her place:", () => {
  test.each<[string, (client: Client) => AsyncIterable<unknown>]>([
    ["pages", (client) => client.paginate(fql`Todo.all()`)],
    ["a feed of a query", (client) => client.feed(fql`Todo.all().eventSource()`)],
    ["a feed of a source", (client) => client.feed({ token: "source" })],
  ])("%s", async (_, begin) => {
    const { fauna, client, store } = await setUp();
    const iterator = begin(client)[Symbol.asyncIterator]();
    await iterator.next();
    store.update(signedIn("bob"));
    await expect(iterator.next()).rejects.toMatchObject(changed);
    expect(new Set(fauna.requests.map(({ claims }) => claims["sub"]))).toEqual(new Set(["ada"]));
  });

  test("a feed whose source has not been fetched yet", async () => {
    const { fauna, client, store } = await setUp();
    const iterator = client.feed(fql`Todo.all().eventSource()`)[Symbol.asyncIterator]();
    store.update(signedIn("bob"));
    await expect(iterator.next()).rejects.toMatchObject(changed);
    expect(fauna.requests).toEqual([]);
  });

  test("pages of FQL v4", async () => {
    const { fauna, v4, store } = await setUp();
    const pages = v4.paginate(q.Collections());
    const seen = pages.each(() => store.update(signedIn("bob")));
    await expect(seen).rejects.toMatchObject(changed);
    expect(fauna.requests.map(({ claims }) => claims["sub"])).toEqual(["ada"]);
  });
});

test("what began while it was not known who is signed in goes on as the user who turns out to be", async () => {
  const { fauna, client, store } = await setUp();
  store.update({ ...signedIn("ada"), identity: createIdentity("loading", "fauna") });
  const iterator = client.paginate(fql`Todo.all()`)[Symbol.asyncIterator]();
  const first = iterator.next();
  store.update(signedIn("ada"));
  await first;
  await iterator.next();
  expect(fauna.requests).toHaveLength(2);
});

test("a new iteration is Bob's", async () => {
  const { fauna, client, store } = await setUp();
  store.update(signedIn("bob"));
  await client.paginate(fql`Todo.all()`).next();
  expect(fauna.requests.map(({ claims }) => claims["sub"])).toEqual(["bob"]);
});
