import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { eventually } from "../../../test/support/eventually";
import { startIssuer, type TestIssuer } from "./support/issuer";

interface Event {
  type: string;
  data?: { "@doc"?: { id: string; n?: unknown } };
  cursor?: string;
  error?: { code: string; message: string };
}

let issuer: TestIssuer;
let fauna: LocalFauna;

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());

beforeEach(async () => {
  const mine = "d => d.owner == Query.token()!.sub";
  fauna = await startLocalFauna({
    seed: [
      `Collection.create({
        name: "Todo",
        indexes: { byOwner: { terms: [{ field: ".owner" }], values: [{ field: ".n" }] } }
      })`,
    ],
    roles: [{ name: "user", privileges: [{ resource: "Todo", actions: { read: mine } }] }],
    accessProviders: [
      { name: "Test", issuer: issuer.issuer, jwks_uri: issuer.jwksUri, roles: ["user"] },
    ],
  });
});
afterEach(() => fauna.close());

async function post(path: string, body: unknown, secret = fauna.secret): Promise<Response> {
  return fetch(fauna.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "x-format": "tagged" },
    body: JSON.stringify(body),
  });
}

async function query<T = unknown>(text: string, secret = fauna.secret): Promise<T> {
  const answer = (await (await post("/query/1", { query: text }, secret)).json()) as {
    data: T;
    error?: { message: string };
  };
  if (answer.error) throw new Error(answer.error.message);
  return answer.data;
}

async function source(text: string): Promise<string> {
  return (await query<{ "@stream": string }>(text))["@stream"];
}

/** An open stream, read line by line. */
async function open(
  body: object,
  secret?: string,
): Promise<{ next(): Promise<Event | undefined> }> {
  const answer = await post("/stream/1", body, secret);
  expect(answer.status).toBe(200);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let buffered = "";
  return {
    async next() {
      while (!buffered.includes("\n")) {
        const { done, value } = await reader.read();
        if (done) return undefined;
        buffered += value;
      }
      const [line = "", ...rest] = buffered.split("\n");
      buffered = rest.join("\n");
      return JSON.parse(line) as Event;
    },
  };
}

async function take(
  stream: { next(): Promise<Event | undefined> },
  count: number,
): Promise<string[]> {
  const events: string[] = [];
  for (let i = 0; i < count; i++) events.push(short(await stream.next()));
  return events;
}

function short(event: Event | undefined): string {
  if (!event) return "end";
  if (event.type === "status") return "status";
  return event.error ? event.error.code : `${event.type} ${event.data?.["@doc"]?.id}`;
}

async function feed(
  body: object,
  secret?: string,
): Promise<{ events: Event[]; has_next: boolean; cursor: string }> {
  return (await (await post("/feed/1", body, secret)).json()) as never;
}

test("replays what happened since the source was made, then goes on live", async () => {
  const token = await source("Todo.all().eventSource()");
  await query(`Todo.create({ id: "1" })`);
  const stream = await open({ token });
  await query(`Todo.create({ id: "2" })`);
  expect(await take(stream, 3)).toEqual(["status", "add 1", "add 2"]);
});

test("a write right after the source was made is not lost", async () => {
  for (let i = 0; i < 20; i++) {
    const token = await source("Todo.all().eventSource()");
    await query(`Todo.create({ id: "${100 + i}" })`);
    expect((await feed({ token })).events.map(short)).toEqual([`add ${100 + i}`]);
  }
});

test("goes on after a cursor, also one from within a transaction", async () => {
  const token = await source("Todo.all().eventSource()");
  await query(`Set.sequence(1, 4).forEach(i => Todo.create({ id: ID(i) }))`);
  const { events } = await feed({ token });
  expect(events.map(short)).toEqual(["add 1", "add 2", "add 3"]);
  const stream = await open({ token, cursor: events[0]?.cursor });
  expect(await take(stream, 3)).toEqual(["status", "add 2", "add 3"]);
});

test("replays at most 128 events", async () => {
  const token = await source("Todo.all().eventSource()");
  await query(`Set.sequence(1, 140).forEach(i => Todo.create({ id: ID(i) }))`);
  const events = await take(await open({ token }), 131);
  expect(events.slice(127)).toEqual(["add 127", "add 128", "stream_replay_volume_exceeded", "end"]);
});

test.each([
  ["its filter hides", "Todo.where(.n == 1).eventSource()", undefined],
  ["its reader may not see", "Todo.all().eventSource()", "alice"],
])("those that %s count too, and a feed passes over them", async (_which, text, reader) => {
  const secret = reader && (await issuer.sign({ sub: reader, aud: fauna.audience }));
  const token = await source(text);
  await query(`Set.sequence(0, 140).forEach(i => Todo.create({ owner: "bob" }))`);
  const refused = ["status", "stream_replay_volume_exceeded", "end"];
  expect(await take(await open({ token }, secret), 3)).toEqual(refused);
  const { events, cursor, has_next } = await feed({ token, page_size: 1000 }, secret);
  expect([events, has_next]).toEqual([[], false]);
  const stream = await open({ token, cursor }, secret);
  await query(`Todo.create({ id: "1", owner: "alice", n: 1 })`);
  expect(await take(stream, 2)).toEqual(["status", "add 1"]);
});

test("a document that leaves or enters a filtered set is removed or added", async () => {
  const stream = await open({ token: await source("Todo.where(.n > 1).eventSource()") });
  await query(`Todo.create({ id: "1", n: 1 })`);
  await query(`Todo.byId("1")!.update({ n: 2 })`);
  await query(`Todo.byId("1")!.update({ n: 3 })`);
  await query(`Todo.byId("1")!.update({ n: 0 })`);
  expect(await take(stream, 4)).toEqual(["status", "add 1", "update 1", "remove 1"]);
});

test("an index tells only of the fields that it covers", async () => {
  const stream = await open({ token: await source(`Todo.byOwner("a").eventSource()`) });
  await query(`Todo.create({ id: "1", owner: "a" })`);
  await query(`Todo.byId("1")!.update({ title: "not covered" })`);
  await query(`Todo.byId("1")!.update({ n: 1 })`);
  await query(`Todo.byId("1")!.update({ owner: "b" })`);
  expect(await take(stream, 4)).toEqual(["status", "add 1", "update 1", "remove 1"]);
});

test("a transaction that makes and deletes a document says nothing", async () => {
  const stream = await open({ token: await source("Todo.all().eventSource()") });
  await query(`Todo.create({ id: "1" }).delete()`);
  await query(`Todo.create({ id: "2" })`);
  expect(await take(stream, 2)).toEqual(["status", "add 2"]);
});

test("a failing filter ends the stream with its error", async () => {
  const stream = await open({ token: await source("Todo.where(.a.b.c == 1).eventSource()") });
  await query(`Todo.create({ id: "1" })`);
  expect(await take(stream, 3)).toEqual(["status", "invalid_null_access", "end"]);
});

test("each user sees what is theirs, whoever made the source", async () => {
  const token = await source("Todo.all().eventSource()");
  const alice = await issuer.sign({ sub: "alice", aud: fauna.audience });
  const stream = await open({ token }, alice);
  await query(`Todo.create({ id: "1", owner: "bob" })`);
  await query(`Todo.create({ id: "2", owner: "alice" })`);
  await query(`Todo.byId("2")!.update({ owner: "bob" })`);
  await query(`Todo.byId("1")!.update({ owner: "alice" })`);
  expect(await take(stream, 4)).toEqual(["status", "add 2", "remove 2", "add 1"]);
});

test("a role that is edited ends the stream at the second change", async () => {
  const alice = await issuer.sign({ sub: "alice", aud: fauna.audience });
  const stream = await open({ token: await source("Todo.all().eventSource()") }, alice);
  await query(`Role.byName("user")!.update({ privileges: [] })`);
  await query(`Todo.create({ id: "1", owner: "alice" })`);
  await query(`Todo.create({ id: "2", owner: "alice" })`);
  expect(await take(stream, 3)).toEqual(["status", "permission_loss", "end"]);
});

test("an expired token ends the stream at the second change", async () => {
  const alice = await issuer.sign({ sub: "alice", aud: fauna.audience }, 60);
  const stream = await open({ token: await source("Todo.all().eventSource()") }, alice);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
  try {
    await query(`Todo.create({ id: "1", owner: "alice" })`);
    await query(`Todo.create({ id: "2", owner: "alice" })`);
    expect(await take(stream, 3)).toEqual(["status", "permission_loss", "end"]);
  } finally {
    vi.useRealTimers();
  }
});

test("a stream cannot begin before its source, a feed can", async () => {
  await query(`Todo.create({ id: "1" })`);
  const start_ts = Date.now() * 1000 - 60_000_000;
  const token = await source("Todo.all().eventSource()");
  expect((await post("/stream/1", { token, start_ts })).status).toBe(400);
  expect((await feed({ token, start_ts })).events.map(short)).toEqual(["add 1"]);
});

test("a feed pages through the events and says whether there are more", async () => {
  const token = await source("Todo.all().eventSource()");
  await query(`Set.sequence(1, 4).forEach(i => Todo.create({ id: ID(i) }))`);
  const first = await feed({ token, page_size: 2 });
  expect([first.events.map(short), first.has_next]).toEqual([["add 1", "add 2"], true]);
  const second = await feed({ token, page_size: 2, cursor: first.cursor });
  expect([second.events.map(short), second.has_next]).toEqual([["add 3"], false]);
  const third = await feed({ token, cursor: second.cursor });
  expect([third.events, third.has_next]).toEqual([[], false]);
});

test("a source whose collection is gone is refused by name", async () => {
  const token = await source("Todo.all().eventSource()");
  await query(`Role.byName("user")!.update({ privileges: [] })`);
  await query(`Collection.byName("Todo")!.delete()`);
  const answer = (await (await post("/stream/1", { token })).json()) as {
    error: { message: string };
  };
  expect(answer.error.message).toBe("Error evaluating provided stream, Unbound variable `Todo`");
});

test.each([0, -1, 16_001])("a page size of %i is refused", async (page_size) => {
  const token = await source("Todo.all().eventSource()");
  expect((await post("/feed/1", { token, page_size })).status).toBe(400);
});

test("a stream whose client is gone stops listening", async () => {
  const token = await source("Todo.all().eventSource()");
  const controller = new AbortController();
  const answer = await fetch(`${fauna.url}/stream/1`, {
    method: "POST",
    headers: { authorization: `Bearer ${fauna.secret}` },
    body: JSON.stringify({ token }),
    signal: controller.signal,
  });
  await answer.body!.getReader().read();
  controller.abort();
  await vi.waitUntil(() => fauna.faults.aborted === 1);
  expect(await query(`Todo.create({ id: "1" }).id`)).toBe("1");
});

const untilOpen = (count: number): Promise<void> =>
  eventually(() => expect(fauna.streams).toHaveLength(count));

test("the streams that are open are told, with the requests that opened them", async () => {
  const token = await source("Todo.all().eventSource()");
  expect(fauna.streams).toEqual([]);
  const streams = [await open({ token }), await open({ token }, await adasToken())];
  await Promise.all(streams.map((stream) => stream.next()));
  const [first] = fauna.streams;
  expect([fauna.streams.length, JSON.parse(first!.request.body)]).toEqual([2, { token }]);
});

const adasToken = (): Promise<string> => issuer.sign({ sub: "ada", aud: fauna.audience }, 60);

test("a stream can be cut, and goes on by cursor", async () => {
  const token = await source("Todo.all().eventSource()");
  const stream = await open({ token });
  await query(`Todo.create({ id: "1" })`);
  const [, added] = [await stream.next(), await stream.next()];
  for (const each of fauna.streams) each.drop();
  await expect(stream.next()).rejects.toThrow("terminated");
  await untilOpen(0);
  await query(`Todo.create({ id: "2" })`);
  expect(await take(await open({ token, cursor: added?.cursor }), 2)).toEqual(["status", "add 2"]);
});

test("a stream can be ended in good order, after what it had to tell", async () => {
  const stream = await open({ token: await source("Todo.all().eventSource()") });
  await stream.next();
  await query(`Todo.create({ id: "1" })`);
  for (const each of fauna.streams) each.end();
  expect(await take(stream, 2)).toEqual(["add 1", "end"]);
});

test("a stream can be made to fail with an error event", async () => {
  const stream = await open({ token: await source("Todo.all().eventSource()") });
  await stream.next();
  for (const each of fauna.streams) each.fail("stream_overflow", "Too many events to process.");
  expect(await take(stream, 2)).toEqual(["stream_overflow", "end"]);
});

test("a status event's cursor is after what was told before it", async () => {
  const token = await source("Todo.all().eventSource()");
  const stream = await open({ token });
  await stream.next();
  await query(`Todo.create({ id: "1" })`);
  for (const each of fauna.streams) each.status();
  await query(`Todo.create({ id: "2" })`);
  expect(short(await stream.next())).toBe("add 1");
  const { cursor } = (await stream.next()) ?? {};
  expect(short(await stream.next())).toBe("add 2");
  expect((await feed({ token, cursor })).events.map(short)).toEqual(["add 2"]);
});

test("a silenced stream stays open and tells nothing", async () => {
  const stream = await open({ token: await source("Todo.all().eventSource()") });
  await stream.next();
  const [silenced] = fauna.streams;
  silenced!.silence();
  await query(`Todo.create({ id: "1" })`);
  silenced!.status();
  expect(fauna.streams).toEqual([silenced]);
  silenced!.end();
  expect(await take(stream, 1)).toEqual(["end"]);
});
