import {
  AbortError,
  AuthenticationError,
  Client,
  ConstraintFailureError,
  FetchClient,
  fql,
  InvalidRequestError,
  NetworkError,
  NodeHTTP2Client,
  QueryCheckError,
  QueryRuntimeError,
  ServiceError,
  ThrottlingError,
  type Document,
  type HTTPClient,
} from "fauna";
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

interface Todo {
  title: string;
  done: boolean;
}

const options = { http2_max_streams: 100, http2_session_idle_ms: 1000, fetch_keepalive: false };

/** The driver's two ways to speak HTTP, each with what the server should notice. */
const transports: [string, (url: string) => HTTPClient, string][] = [
  ["HTTP/2", (url) => NodeHTTP2Client.getClient({ url, ...options }), "h2"],
  ["HTTP/1.1", (url) => new FetchClient({ url, ...options }), "http/1.1"],
];

describe.each(transports)("the fauna driver over %s", (_name, transport, protocol) => {
  let fauna: LocalFauna;
  let client: Client;

  beforeEach(async () => {
    fauna = await startLocalFauna({
      record: true,
      seed: [
        `Collection.create({ name: "Todo", indexes: { byDone: { terms: [{ field: ".done" }] } } })`,
        `Set.sequence(0, 40).forEach(i => Todo.create({ id: ID(100 + i), title: "todo #{i}", done: false }))`,
      ],
    });
    client = clientFor(fauna.secret);
  });
  afterEach(async () => {
    client.close();
    await fauna.close();
  });

  function clientFor(secret: string, more: { query_timeout_ms?: number } = {}): Client {
    const endpoint = new URL(fauna.url);
    return new Client({ endpoint, secret, max_attempts: 1, ...more }, transport(fauna.url));
  }

  test("speaks the protocol that it was made for", async () => {
    await client.query(fql`1`);
    expect(fauna.requests.at(-1)?.protocol).toBe(protocol);
  });

  test("creates, reads, changes and deletes a document", async () => {
    const { data: made } = await client.query<Document & Todo>(
      fql`Todo.create({ title: "é 😀", done: false })`,
    );
    expect(made.title).toBe("é 😀");
    const { data: changed } = await client.query<Document & Todo>(
      fql`Todo.byId(${made.id})!.update({ done: true })`,
    );
    expect(changed.done).toBe(true);
    await client.query(fql`Todo.byId(${made.id})!.delete()`);
    const { data: exists } = await client.query<boolean>(fql`Todo.byId(${made.id}).exists()`);
    expect(exists).toBe(false);
  });

  test("takes arguments of every kind of value", async () => {
    const value = { text: "a", whole: 1, big: 2n ** 40n, half: 1.5, list: [true, null] };
    const { data } = await client.query(fql`${value}`);
    expect(data).toEqual({ ...value, big: 2 ** 40 });
  });

  test("paginates through a set to its end", async () => {
    const seen: string[] = [];
    for await (const page of client.paginate<Document & Todo>(fql`Todo.all().pageSize(16)`))
      seen.push(...page.map(({ id }) => id));
    expect(seen).toEqual(Array.from({ length: 40 }, (_, i) => String(100 + i)));
  });

  test("answers an unknown secret with AuthenticationError", async () => {
    const stranger = clientFor("nobody");
    const failure = await stranger.query(fql`1`).catch((error: unknown) => error);
    stranger.close();
    expect(failure).toBeInstanceOf(AuthenticationError);
    expect((failure as AuthenticationError).httpStatus).toBe(401);
  });

  test("answers an unknown name with QueryCheckError and its place", async () => {
    const failure = await client.query(fql`Nope.all()`).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(QueryCheckError);
    expect((failure as QueryCheckError).queryInfo?.summary).toContain(
      "Unbound variable `Nope`\nat *query*:1:1",
    );
  });

  test("answers a failing query with QueryRuntimeError and its code", async () => {
    const failure = await client.query(fql`Todo.byId("9")!`).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(QueryRuntimeError);
    expect((failure as QueryRuntimeError).code).toBe("document_not_found");
  });

  test("answers abort() with AbortError and its value", async () => {
    const failure = await client
      .query(fql`abort({ why: "enough" })`)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AbortError);
    expect((failure as AbortError).abort).toEqual({ why: "enough" });
  });

  test("answers a violated constraint with ConstraintFailureError", async () => {
    const failure = await client
      .query(fql`Collection.create({ name: "Todo" })`)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConstraintFailureError);
  });

  test("undoes all of a query that fails", async () => {
    const failing = fql`
      Todo.create({ id: "1", title: "x", done: false })
      abort("no")`;
    await expect(client.query(failing)).rejects.toBeInstanceOf(AbortError);
    const { data } = await client.query<boolean>(fql`Todo.byId("1").exists()`);
    expect(data).toBe(false);
  });

  test("answers a malformed header with InvalidRequestError", async () => {
    const failure = await client
      .query(fql`1`, { query_tags: { "a b": "c" } })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InvalidRequestError);
  });

  test("a fault's answer reaches the driver as the server's own would", async () => {
    fauna.faults.respond({
      status: 429,
      body: { error: { code: "limit_exceeded", message: "…" } },
    });
    await expect(client.query(fql`1`)).rejects.toBeInstanceOf(ThrottlingError);
    await expect(client.query(fql`1`)).resolves.toMatchObject({ data: 1 });
  });

  test("a dropped connection is the driver's NetworkError", async () => {
    fauna.faults.drop("before");
    const failure = await client.query(fql`1`).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NetworkError);
    expect(failure).not.toBeInstanceOf(ServiceError);
  });

  test("a connection dropped after the query has applied it", async () => {
    fauna.faults.drop("after");
    const write = fql`Todo.create({ id: "1", title: "x", done: false })`;
    await expect(client.query(write)).rejects.toBeInstanceOf(NetworkError);
    const { data } = await client.query<boolean>(fql`Todo.byId("1").exists()`);
    expect(data).toBe(true);
  });

  test("streams what happens to a set", async () => {
    const stream = client.stream<Document & Todo>(fql`Todo.where(.done).eventSource()`, {
      status_events: true,
    });
    const events: string[] = [];
    let opened = (): void => undefined;
    const open = new Promise<void>((resolve) => (opened = resolve));
    const reading = (async () => {
      for await (const event of stream) {
        events.push(event.type === "status" ? "status" : `${event.type} ${event.data.id}`);
        if (event.type === "status") opened();
        if (event.type === "remove") break;
      }
    })();
    await open;
    await client.query(fql`Todo.byId("100")!.update({ title: "not yet" })`);
    await client.query(fql`Todo.byId("100")!.update({ done: true })`);
    await client.query(fql`Todo.byId("100")!.update({ title: "now" })`);
    await client.query(fql`Todo.byId("100")!.delete()`);
    await reading;
    stream.close();
    expect(events).toEqual(["status", "add 100", "update 100", "remove 100"]);
  });

  test("feeds what happened since the source was made", async () => {
    const { data: source } = await client.query<never>(fql`Todo.all().eventSource()`);
    await client.query(fql`Set.sequence(0, 5).forEach(i => Todo.byId(ID(100 + i))!.delete())`);
    const feed = client.feed<Document & Todo>(source, { page_size: 2 });
    const removed: string[] = [];
    for await (const page of feed)
      for (const event of page.events) removed.push(`${event.type} ${event.data.id}`);
    expect(removed).toEqual([0, 1, 2, 3, 4].map((i) => `remove ${100 + i}`));
  });
});
