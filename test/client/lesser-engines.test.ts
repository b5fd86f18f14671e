import { MutationObserver, QueryClient } from "@tanstack/react-query";
import { fql, NetworkError, type Page } from "fauna";
import {
  createFaunaClient,
  faunaMutationOptions,
  faunaQueryOptions,
  type FaunaLiveUpdate,
  subscribeFauna,
} from "fauna-clerk";
import { describe, expect, onTestFinished, test } from "vitest";

import { type AuthState, createIdentity } from "../../src/auth/identity";
import { authorizedFetch } from "../../src/client/authorized-fetch";
import { connectionOf, createConnection } from "../../src/client/connection";
import { eventually } from "../support/eventually";
import { success, unauthorized } from "../support/fake-answers";
import { createFakeStream, startFakeFauna } from "../support/fake-fauna";
import { event, send, serveLive, type Todo, todo, todos } from "../support/fake-live";
import { lackWhatLacks, lesserEngines } from "../support/lesser-engine";
import { add, serveList } from "../support/list-server";
import { makeToken } from "../support/token";

const stateOf = (userId: string, getToken = async () => makeToken({ sub: userId })): AuthState => ({
  identity: createIdentity("signed-in", "fauna", { userId }),
  template: "fauna",
  getToken,
});
const [ada, bob] = [stateOf("ada"), stateOf("bob")];
const code = "identity_changed";

describe.each(lesserEngines)("in %s", (engine) => {
  async function setUp() {
    const fauna = await startFakeFauna();
    lackWhatLacks(engine);
    const client = createFaunaClient({
      endpoint: fauna.url,
      userId: "ada",
      getToken: ada.getToken,
      live: { pollInterval: 5 },
    });
    const connection = connectionOf(client);
    const switchUser = (): void => connection.identityStore.update(bob);
    return { fauna, client, connection, switchUser };
  }

  test("a query is answered, also after a 401", async () => {
    const { fauna, client } = await setUp();
    fauna.respond = (request, index) => (index ? undefined : unauthorized(request));
    await expect(client.query(fql`1`)).resolves.toMatchObject({ data: "ada - - -" });
    expect(fauna.requests).toHaveLength(2);
  });

  test("a query ends with its identity, which is what it says", async () => {
    const { fauna, client, switchUser } = await setUp();
    const hold = fauna.hold();
    const failure = expect(client.query(fql`1`)).rejects.toMatchObject({ code });
    await hold.reached();
    switchUser();
    await failure;
    await eventually(() => expect(fauna.requests[0]?.aborted).toBe(true));
  });

  test("a query of an identity that has ended is not sent", async () => {
    const { fauna, connection, switchUser } = await setUp();
    switchUser();
    const { signal } = new AbortController();
    const [driver] = connection.drivers;
    const answer = driver!.run(fql`1`, { identity: ada.identity, signal });
    await expect(answer).rejects.toMatchObject({ code });
    expect(fauna.requests).toEqual([]);
  });

  test("a query that takes too long says so", async () => {
    const fauna = await startFakeFauna();
    lackWhatLacks(engine);
    fauna.hold();
    const options = { query_timeout_ms: 1, client_timeout_buffer_ms: 1 };
    const { getClient } = createConnection({ endpoint: fauna.url, client: options }, ada);
    const error: unknown = await getClient()
      .query(fql`1`)
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ cause: { name: "TimeoutError" } });
  });

  test("a query that TanStack cancels ends", async () => {
    const { fauna, client } = await setUp();
    const cache = new QueryClient();
    const hold = fauna.hold();
    const settled = cache.fetchQuery(faunaQueryOptions({ client }, fql<string>`1`));
    const failure = expect(settled).rejects.toThrow();
    await hold.reached();
    await cache.cancelQueries();
    await failure;
    await eventually(() => expect(fauna.requests[0]?.aborted).toBe(true));
  });

  test("a write is applied, and ends with its identity", async () => {
    const { fauna, client, switchUser } = await setUp();
    const server = serveList(fauna, "a");
    const write = (title: string): Promise<string> =>
      new MutationObserver(new QueryClient(), faunaMutationOptions({ client }, add)).mutate(title);
    await expect(write("b")).resolves.toBe("b");
    expect(server.titles).toEqual(["a", "b"]);
    const hold = fauna.hold();
    const failure = expect(write("c")).rejects.toMatchObject({ code });
    await hold.reached();
    switchUser();
    await failure;
  });

  const by = engine === "React Native" ? "feed" : "stream";

  test(`a live query follows its ${by} until its identity ends`, async () => {
    const { fauna, client, switchUser } = await setUp();
    const server = serveLive(fauna);
    const updates: FaunaLiveUpdate<Page<Todo & any>>[] = []; // any: of what the fake server says
    onTestFinished(subscribeFauna(client, todos, (update) => void updates.push(update)));
    await eventually(() => expect(updates.at(-1)?.live).toBe("live"));
    const added = event("add", todo(2, "two", 1), 1);
    server.missed.set(undefined, [added]);
    send(server.streams[0], added);
    await eventually(() =>
      expect(updates.at(-1)?.data?.data.map(({ title }) => title)).toEqual(["one", "two", "three"]),
    );
    expect(server.sent("/stream/1")).toHaveLength(by === "stream" ? 1 : 0);
    switchUser();
    await eventually(() => expect(updates.at(-1)?.live).toBe("off"));
    expect([...new Set(updates.map(({ live }) => live))]).toEqual(["connecting", "live", "off"]);
  });

  test("an endpoint that is no URL is refused", () => {
    lackWhatLacks(engine);
    const create = (): unknown => createFaunaClient({ endpoint: "fauna", getToken: ada.getToken });
    expect(create).toThrow(expect.objectContaining({ code: "malformed_endpoint" }));
  });

  test("an authorized fetch ends with its identity, and with its caller", async () => {
    const { fauna, connection, switchUser } = await setUp();
    const fetch = authorizedFetch(fauna.url, connection, ada.identity);
    fauna.respond = () => ({ body: "whole" });
    expect(await (await fetch(fauna.url)).text()).toBe("whole");
    const hold = fauna.hold();
    const caller = new AbortController();
    const cancelled = fetch(fauna.url, { signal: caller.signal });
    const ended = fetch(fauna.url);
    const failures = Promise.all([
      expect(cancelled).rejects.toMatchObject({ name: "AbortError" }),
      expect(ended).rejects.toMatchObject({ code }),
    ]);
    await hold.reached(2);
    caller.abort();
    await expect(cancelled).rejects.toThrow();
    switchUser();
    await failures;
    await expect(fetch("/relative")).rejects.toMatchObject({ code: "foreign_origin" });
  });
});

test("in React Native a stream of the driver's client is refused, as its answer would never come", async () => {
  const fauna = await startFakeFauna();
  lackWhatLacks("React Native");
  const { getClient } = createConnection({ endpoint: fauna.url }, ada);
  const stream = getClient().stream({ token: "source" } as never);
  await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: "not_supported",
  });
  expect(fauna.requests).toEqual([]);
});

test("in the oldest browsers an answer that is being read ends with its identity", async () => {
  const fauna = await startFakeFauna();
  lackWhatLacks("the oldest browsers");
  const connection = createConnection({ endpoint: fauna.url }, ada);
  const stream = createFakeStream();
  stream.write("half");
  fauna.respond = () => ({ stream });
  const response = await authorizedFetch(fauna.url, connection, ada.identity)(fauna.url);
  const failure = expect(response.text()).rejects.toMatchObject({ code });
  connection.identityStore.update(bob);
  await failure;
});

test("a live query whose stream comes without a body goes on by its feed", async () => {
  const fauna = await startFakeFauna();
  const server = serveLive(fauna);
  server.answer = (request) =>
    request.path === "/stream/1" ? success(request, "none") : undefined;
  const { fetch } = globalThis;
  globalThis.fetch = async (...request) => {
    const answer = await fetch(...request);
    const isStream = String(request[0]).endsWith("/stream/1");
    return isStream ? Object.defineProperty(answer, "body", { value: undefined }) : answer;
  };
  onTestFinished(() => void (globalThis.fetch = fetch));
  const client = createFaunaClient({ endpoint: fauna.url, userId: "ada", getToken: ada.getToken });
  const states: string[] = [];
  onTestFinished(subscribeFauna(client, todos, ({ live }) => void states.push(live)));
  await eventually(() => expect(states.at(-1)).toBe("live"));
  expect([...new Set(states)]).toEqual(["connecting", "live"]);
  expect(server.sent("/feed/1")).toHaveLength(1);
});
