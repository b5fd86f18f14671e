import { fql, NetworkError } from "fauna";
import { faunaV4 } from "fauna-clerk/v4";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { type AuthState, createIdentity } from "../../src/auth/identity";
import { authorizedFetch } from "../../src/client/authorized-fetch";
import { type Connection, createConnection } from "../../src/client/connection";
import { PLACEHOLDER_SECRET } from "../../src/client/transport";
import { readLines } from "../../src/client/v10-stream";
import { testedDrivers } from "../support/drivers";
import { engines, stubFetchOf } from "../support/engine-fetch";
import {
  createFakeStream,
  type FakeAnswer,
  type FakeFauna,
  startFakeFauna,
} from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { holdTimeLimits } from "../support/time-limit";
import { makeToken } from "../support/token";

const stateOf = (userId: string): AuthState => ({
  identity: createIdentity("signed-in", "fauna", { userId }),
  template: "fauna",
  getToken: async () => makeToken({ sub: userId }),
});
const [ada, bob] = [stateOf("ada"), stateOf("bob")];

async function setUp(): Promise<{ fauna: FakeFauna; connection: Connection }> {
  const fauna = await startFakeFauna();
  const options = { endpoint: fauna.url, drivers: [faunaV4({ timeout: 3 })] };
  return { fauna, connection: createConnection(options, ada) };
}

/** Where a request is when it ends. */
const places = ["before its answer", "within its answer"] as const;

/** Starts what sends a request, and resolves when that has come so far. */
async function until<T>(
  place: (typeof places)[number],
  fauna: FakeFauna,
  start: () => Promise<T>,
): Promise<{ settled: Promise<T> }> {
  const stream = createFakeStream();
  stream.write('{"data":');
  fauna.respond = () => ({ stream });
  const hold = place === "before its answer" ? fauna.hold() : undefined;
  const settled = start();
  settled.catch(() => {});
  await (hold ? hold.reached() : fauna.received(1));
  await untilIdle();
  return { settled };
}

const signal = new AbortController().signal;
const code = "identity_changed";

describe.each(engines)("%s", (engine) => {
  describe.each(places)("a request %s", (place) => {
    test.each(testedDrivers)(
      "ends with its identity, which is what it says ($driver)",
      async ({ driver, query }) => {
        const { fauna, connection } = await setUp();
        stubFetchOf(engine);
        const tried = connection.drivers.find(({ name }) => name === driver)!;
        const options = { identity: ada.identity, signal };
        const { settled } = await until(place, fauna, () => tried.run(query(), options));
        connection.identityStore.update(bob);
        await expect(settled).rejects.toMatchObject({ code });
      },
    );

    test("of the client itself does, too", async () => {
      const { fauna, connection } = await setUp();
      stubFetchOf(engine);
      const { settled } = await until(place, fauna, () => connection.getClient().query(fql`1`));
      connection.identityStore.update(bob);
      await expect(settled).rejects.toMatchObject({ code });
    });

    test.each(testedDrivers)(
      "that takes too long may be sent again ($driver)",
      async ({ driver, query }) => {
        const { fauna, connection } = await setUp();
        stubFetchOf(engine);
        const { end } = holdTimeLimits();
        const tried = connection.drivers.find(({ name }) => name === driver)!;
        const options = { identity: ada.identity, signal };
        const { settled } = await until(place, fauna, () => tried.run(query(), options));
        end();
        const error: unknown = await settled.catch((error: unknown) => error);
        expect(error).toMatchObject(
          driver === "v4"
            ? { name: "TimeoutError" }
            : { name: "NetworkError", cause: { name: "TimeoutError" } },
        );
        expect(tried.isTransient(error)).toBe(true);
      },
    );
  });

  test.each(places)("a stream %s ends with its identity, which is what it says", async (place) => {
    const { fauna, connection } = await setUp();
    stubFetchOf(engine);
    const stream = connection.getClient().stream({ token: "token" } as never);
    const { settled } = await until(place, fauna, () => stream[Symbol.asyncIterator]().next());
    connection.identityStore.update(bob);
    await expect(settled).rejects.toMatchObject({ code });
  });
});

const READS: readonly [string, (response: Response) => Promise<unknown>][] = [
  ["text", (response) => response.text()],
  ["json", (response) => response.json()],
  ["arrayBuffer", (response) => response.arrayBuffer()],
  ["blob", (response) => response.blob()],
  ["formData", (response) => response.formData()],
  ["body", (response) => readAll(response.body!)],
  ["a copy's text", (response) => response.clone().text()],
  ["text after a copy was made", (response) => (response.clone(), response.text())],
  ["body after a copy was made", (response) => (response.clone(), readAll(response.body!))],
  ["a response made of its body", (response) => new Response(response.body).text()],
];

async function readAll(body: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>)
    text += Buffer.from(chunk).toString();
  return text;
}

describe.each(engines)("an authorized fetch in %s", (engine) => {
  async function setUpFetch() {
    const { fauna, connection } = await setUp();
    stubFetchOf(engine);
    return { fauna, connection, fetch: authorizedFetch(fauna.url, connection, ada.identity) };
  }

  test("ends with its identity while the answer is awaited", async () => {
    const { fauna, connection, fetch } = await setUpFetch();
    const { settled } = await until("before its answer", fauna, () => fetch(fauna.url));
    connection.identityStore.update(bob);
    await expect(settled).rejects.toMatchObject({ code });
  });

  test.each(READS)("ends with its identity while the answer is read as %s", async (_, read) => {
    const { fauna, connection, fetch } = await setUpFetch();
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    const stream = createFakeStream();
    stream.write("--x");
    fauna.respond = () => ({ stream, headers });
    const reading = read(await fetch(fauna.url));
    const failure = expect(reading).rejects.toMatchObject({ code });
    connection.identityStore.update(bob);
    await failure;
  });

  test("says the caller's reason while the answer is read", async () => {
    const { fauna, fetch } = await setUpFetch();
    const stream = createFakeStream();
    stream.write("half");
    fauna.respond = () => ({ stream });
    const caller = new AbortController();
    const response = await fetch(fauna.url, { signal: caller.signal });
    const failure = expect(response.text()).rejects.toThrow("Enough.");
    caller.abort(new Error("Enough."));
    await failure;
  });
});

describe("an authorized fetch's answer", () => {
  test.each(READS.filter(([name]) => name !== "formData"))("is read as %s", async (way, read) => {
    const { fauna, connection } = await setUp();
    fauna.respond = () => ({ body: '"done"' });
    const response = await authorizedFetch(fauna.url, connection, ada.identity)(fauna.url);
    const content = await read(response);
    const isBinary = content instanceof Blob || content instanceof ArrayBuffer;
    expect(isBinary ? await new Response(content).text() : content).toMatch(/^"?done"?$/);
    expect(response.url).toBe(`${fauna.url}/`);
    expect(response.bodyUsed).toBe(way !== "a copy's text");
  });
});

/** An answer that does not say how long it is, so that only what it says tells whether its end is missing. */
function withoutLength(text: string): FakeAnswer {
  const stream = createFakeStream();
  stream.write(text);
  stream.end();
  return { stream };
}

/** Answers that may have lost their end: all but the whole. */
const halvesOf = (text: string): string[] =>
  Array.from({ length: text.length }, (_, length) => text.slice(0, length));

describe("an answer that ended early", () => {
  test.each(testedDrivers)(
    "is a lost connection, wherever it ended ($driver)",
    async ({ driver, query }) => {
      const { fauna, connection } = await setUp();
      const tried = connection.drivers.find(({ name }) => name === driver)!;
      const whole = JSON.stringify(
        driver === "v4"
          ? { resource: { a: ["}"] } }
          : { data: { a: ["}"] }, summary: "", stats: {} },
      );
      for (const half of halvesOf(whole)) {
        fauna.respond = () => withoutLength(half);
        const settled = tried.run(query(), { identity: ada.identity, signal });
        const error: unknown = await settled.catch((error: unknown) => error);
        expect(error, half).toBeInstanceOf(driver === "v4" ? TypeError : NetworkError);
        expect(tried.isTransient(error)).toBe(true);
      }
      for (const answer of [withoutLength(whole), { body: whole }]) {
        fauna.respond = () => answer;
        await expect(tried.run(query(), { identity: ada.identity, signal })).resolves.toMatchObject(
          {
            data: { a: ["}"] },
          },
        );
      }
    },
  );

  test("is looked for only where the engine cannot know, so no large answer is parsed twice", async () => {
    const { fauna, connection } = await setUp();
    const body = JSON.stringify({ data: "whole", summary: "", stats: {} });
    fauna.respond = () => ({ body });
    const parse = vi.spyOn(JSON, "parse");
    onTestFinished(() => parse.mockRestore());
    await connection.getClient().query(fql`1`);
    expect(parse.mock.calls.filter(([text]) => text === body)).toHaveLength(1);
  });

  test("of a feed is one, too", async () => {
    const { fauna, connection } = await setUp();
    fauna.respond = () => withoutLength('{"events":[],"cursor":"a"');
    const feed = connection.getClient().feed({ token: "token" } as never);
    await expect(feed.nextPage()).rejects.toBeInstanceOf(NetworkError);
  });

  test("of a stream that was refused is one, too", async () => {
    const { fauna, connection } = await setUp();
    fauna.respond = () => ({ status: 400, ...withoutLength('{"error":{') });
    const stream = connection.getClient().stream({ token: "token" } as never);
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(NetworkError);
  });

  test("of a stream leaves out the line that it ended in", async () => {
    const { fauna, connection } = await setUp();
    const [event, half] = [{ type: "add", data: 1, txn_ts: 1, cursor: "a" }, '{"type":"add","da'];
    const stream = createFakeStream();
    stream.write(`${JSON.stringify(event)}\n${half}`);
    stream.end();
    fauna.respond = () => ({ stream });
    const answer = (): Promise<Response> =>
      connection.transport.send(`Bearer ${PLACEHOLDER_SECRET}`, "/stream/1", {
        method: "POST",
        headers: {},
      });
    const lines: string[] = [];
    for await (const some of readLines(answer, signal)) lines.push(...some);
    expect(lines).toEqual([JSON.stringify(event)]);
  });

  test("something else than JSON is the driver's to complain of", async () => {
    const { fauna, connection } = await setUp();
    fauna.respond = () => ({ body: "<html>" });
    await expect(connection.getClient().query(fql`1`)).rejects.toMatchObject({
      name: "ProtocolError",
    });
  });
});
