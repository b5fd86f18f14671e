import { fql, type Page } from "fauna";
import { query as q } from "faunadb";
import {
  createFaunaClient,
  type FaunaLiveSettings,
  type FaunaLiveUpdate,
  subscribeFauna,
} from "fauna-clerk";
import { expect, onTestFinished, test, vi } from "vitest";

import { drivers } from "../support/drivers";
import { eventually } from "../support/eventually";
import { failure } from "../support/fake-answers";
import { startFakeFauna } from "../support/fake-fauna";
import { event, send, serveLive, todo } from "../support/fake-live";
import { hurry } from "../support/hurry";
import { untilIdle } from "../support/idle";
import { makeToken } from "../support/token";

type Todos = Page<any>; // any: of what the fake server says

async function setUp(
  userId: string | null | undefined = "ada",
  getToken = async (): Promise<string | null> => makeToken({ sub: userId }),
  live?: FaunaLiveSettings,
) {
  const fauna = await startFakeFauna();
  const server = serveLive(fauna);
  const client = createFaunaClient({ endpoint: fauna.url, userId, getToken, live });
  const updates: FaunaLiveUpdate<Todos>[] = [];
  const follow = (on?: (update: FaunaLiveUpdate<Todos>) => void): (() => void) => {
    const stop = subscribeFauna(client, fql<Todos>`Todo.all()`, (update) => {
      updates.push(update);
      on?.(update);
    });
    onTestFinished(stop);
    return stop;
  };
  const told = (what: Partial<FaunaLiveUpdate<Todos>>): Promise<void> =>
    eventually(() => expect(updates.at(-1)).toMatchObject(what));
  return { fauna, server, updates, follow, told };
}

const titles = ({ data }: FaunaLiveUpdate<Todos>) => data?.data.map(({ title }) => title);

test("a listener gets data, state and events", async () => {
  const { server, updates, follow, told } = await setUp();
  follow();
  await told({ live: "live", error: null, events: [] });
  send(server.streams[0], event("add", todo(2, "two", 1), 1));
  await eventually(() => expect(titles(updates.at(-1)!)).toEqual(["one", "two", "three"]));
  expect(updates.at(-1)?.events).toMatchObject([{ type: "add", data: { title: "two" } }]);
  const [before, after] = updates.slice(-2);
  expect(after?.data?.data[0]).toBe(before?.data?.data[0]);
});

test("a listener is called only when something has changed", async () => {
  const { updates, follow, told } = await setUp();
  follow();
  await told({ live: "live" });
  const repeated = updates.filter(({ data, liveInfo }, index) => {
    const before = updates[index - 1];
    return before?.data === data && before?.liveInfo === liveInfo;
  });
  expect(repeated).toEqual([]);
});

test("a subscription is connecting until it is live for the first time, however often that fails", async () => {
  const { server, updates, follow, told } = await setUp();
  const random = vi.spyOn(Math, "random").mockReturnValue(0);
  onTestFinished(() => random.mockRestore());
  let refusals = 2;
  server.answer = (request) =>
    request.path === "/stream/1" && refusals-- > 0 ? failure(request, 503, "simulated") : undefined;
  follow();
  await told({ live: "live" });
  expect(server.sent("/stream/1")).toHaveLength(3);
  expect([...new Set(updates.map(({ live }) => live))]).toEqual(["connecting", "live"]);
});

test.each<[string, FaunaLiveSettings, object]>([
  ["has a stream", {}, { transport: "stream", reason: null }],
  ["wants none", { transport: "feed" }, { transport: "feed", reason: "no_stream" }],
  ["lacks a free one", { maxStreams: 0 }, { transport: "feed", reason: "no_slot" }],
])("a subscription that %s says so", async (_, live, liveInfo) => {
  const { follow, told } = await setUp("ada", undefined, live);
  follow();
  await told({ live: "live", liveInfo: expect.objectContaining(liveInfo) as never });
});

test("events show although the clock has been set back", async () => {
  const { server, updates, follow, told } = await setUp();
  follow();
  await told({ live: "live" });
  send(server.streams[0], event("add", todo(2, "two", 1), 1));
  await eventually(() => expect(titles(updates.at(-1)!)).toEqual(["one", "two", "three"]));
  const dateNow = Date.now;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => dateNow() - 3_600_000);
  onTestFinished(() => clock.mockRestore());
  send(server.streams[0], event("add", todo(4, "four", 2), 2));
  await eventually(() => expect(titles(updates.at(-1)!)).toEqual(["one", "two", "three", "four"]));
});

test("after unsubscribing the listener is not called, and the stream is closed", async () => {
  const { server, updates, follow, told } = await setUp();
  const stop = follow();
  await told({ live: "live" });
  stop();
  const count = updates.length;
  await eventually(() => expect(server.sent("/stream/1")[0]?.aborted).toBe(true));
  expect(updates).toHaveLength(count);
});

test("unsubscribing at once sends nothing", async () => {
  const { fauna, follow } = await setUp();
  follow()();
  await untilIdle();
  expect(fauna.requests).toEqual([]);
});

test("the listener gets the error of a query that fails for good", async () => {
  const { server, follow, told } = await setUp();
  server.answer = (request) => failure(request, 400, "invalid_query");
  follow();
  await told({ live: "off", error: expect.objectContaining({ code: "invalid_query" }) as Error });
});

test("a subscription that gets no token at first asks again, and is live when there is one", async () => {
  hurry();
  let token: string | null = null;
  const { fauna, updates, follow } = await setUp("ada", async () => token);
  follow();
  await eventually(() =>
    expect(updates.at(-1)).toMatchObject({
      live: "connecting",
      liveInfo: { reason: "failed", error: { code: "token_missing" } },
    }),
  );
  expect(fauna.requests).toEqual([]);
  token = makeToken({ sub: "ada" });
  await eventually(() => expect(updates).toContainEqual(expect.objectContaining({ live: "live" })));
});

test("while nobody is signed in the listener only gets signed_out", async () => {
  const { fauna, follow, told } = await setUp(null);
  follow();
  await told({ live: "off", error: expect.objectContaining({ code: "signed_out" }) as Error });
  expect(fauna.requests).toEqual([]);
});

test("values that the driver cannot encode are refused at once", () => {
  const getToken = async (): Promise<string> => makeToken({ sub: "ada" });
  const client = createFaunaClient({ endpoint: "http://localhost:8443", getToken });
  const request = { arguments: { least: Infinity } };
  const subscribe = () =>
    subscribeFauna(client, fql`Todo.where(.n > least)`, () => {}, { request });
  expect(subscribe).toThrow(RangeError);
});

test("an error that a listener throws is reported, and the subscription goes on", async () => {
  const thrown: unknown[] = [];
  const catchIt = (error: unknown): void => void thrown.push(error);
  const before = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", catchIt);
  onTestFinished(() => {
    process.off("uncaughtException", catchIt);
    for (const listener of before) process.on("uncaughtException", listener);
  });
  const { server, updates, follow, told } = await setUp();
  follow(({ events }) => {
    if (events.length) throw new Error("the listener's own");
  });
  await told({ live: "live" });
  send(server.streams[0], event("remove", todo(1, "one"), 1));
  await eventually(() => expect(thrown).toMatchObject([{ message: "the listener's own" }]));
  send(server.streams[0], event("add", todo(2, "two", 2), 2));
  await eventually(() => expect(titles(updates.at(-1)!)).toEqual(["two", "three"]));
});

test.each([
  ["the query", q.CurrentIdentity(), {}],
  ["on", fql`Todo.all().count()`, { on: q.CurrentIdentity() }],
])("an FQL v4 expression as %s is refused at once", (_place, query, options) => {
  const getToken = async (): Promise<string> => makeToken({ sub: "ada" });
  const client = createFaunaClient({ endpoint: "http://localhost:1", getToken, drivers });
  const subscribe = () => subscribeFauna(client, query as never, () => {}, options as never);
  expect(subscribe).toThrow(expect.objectContaining({ code: "not_a_query" }) as Error);
});
