import { connect } from "node:net";
import { once } from "node:events";
import { startLocalFauna, type LocalFauna, type LocalFaunaOptions } from "@fauna-clerk/local";
import { afterEach, expect, test } from "vitest";
import { ask } from "../../../test/support/ask";

const running: LocalFauna[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((fauna) => fauna.close()));
});

async function start(options?: LocalFaunaOptions): Promise<LocalFauna> {
  const fauna = await startLocalFauna(options);
  running.push(fauna);
  return fauna;
}

async function answer(fauna: LocalFauna, query: unknown, secret = fauna.secret): Promise<unknown> {
  const { data, error } = await ask(fauna, secret, query);
  return error ?? data;
}

test("listens on loopback, with an audience that names its database", async () => {
  const fauna = await start();
  expect(fauna.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(fauna.audience).toMatch(/^https:\/\/db\.fauna\.com\/db\/y[a-z0-9]+$/);
  expect(
    await answer(
      fauna,
      `AccessProvider.create({
    name: "P", issuer: "https://i.example", jwks_uri: "https://i.example/jwks"
  }).audience`,
    ),
  ).toBe(fauna.audience);
});

test("takes the port and the secret that it is given", async () => {
  const first = await start();
  await first.close();
  const fauna = await start({ port: Number(new URL(first.url).port), secret: "mine" });
  expect(fauna.url).toBe(first.url);
  expect(await answer(fauna, "1", "mine")).toBe(1);
  expect(await answer(fauna, "1", "secret")).toMatchObject({ code: "unauthorized" });
});

test("two local servers know nothing of each other", async () => {
  const [one, other] = [await start(), await start()];
  await answer(one, `Collection.create({ name: "A" })`);
  expect(await answer(other, "Collection.all().count()")).toBe(0);
  expect(one.audience).not.toBe(other.audience);
});

test("runs the seed with admin rights, text after text", async () => {
  const fauna = await start({
    seed: [`Collection.create({ name: "A" })`, `A.create({ id: "1" })`],
  });
  expect(await answer(fauna, "A.all().count()")).toBe(1);
});

test("takes roles and providers as objects or as FQL", async () => {
  const fauna = await start({
    seed: `Collection.create({ name: "A" })`,
    roles: [
      { name: "a", privileges: [{ resource: "A", actions: { read: true } }] },
      `Role.create({ name: "b", privileges: [] })`,
    ],
    accessProviders: [
      { name: "P", issuer: "https://p.example", jwks_uri: "https://p.example/jwks", roles: ["a"] },
      `AccessProvider.create({ name: "Q", issuer: "q", jwks_uri: "https://q.example/jwks" })`,
    ],
  });
  expect(await answer(fauna, "Role.all().map(.name).toArray()")).toEqual(["a", "b"]);
  expect(await answer(fauna, "AccessProvider.all().map(.name).toArray()")).toEqual(["P", "Q"]);
});

test.each([
  ["a seed", { seed: "Nope.all()" }, "The seed was not accepted.\nerror: Unbound variable `Nope`"],
  ["a role", { roles: [{ name: "a b" }] }, "Role was not accepted.\nerror: "],
  [
    "a provider",
    { accessProviders: [{ name: "P", issuer: "i", jwks_uri: "http://insecure.example" }] },
    "must be a valid https URI",
  ],
] as [string, LocalFaunaOptions, string][])(
  "rejects %s that is not accepted with the server's summary",
  async (_name, options, message) => {
    await expect(startLocalFauna(options)).rejects.toThrow(message);
  },
);

test("keeps requests only if asked to, with headers and decoded body", async () => {
  const quiet = await start();
  await answer(quiet, "1");
  expect(quiet.requests).toEqual([]);
  const fauna = await start({ record: true });
  await answer(fauna, { fql: ["1"] });
  expect(fauna.requests).toEqual([
    expect.objectContaining({
      method: "POST",
      path: "/query/1",
      body: { query: { fql: ["1"] } },
      protocol: "http/1.1",
    }),
  ]);
  expect(fauna.requests[0]?.headers.authorization).toBe("Bearer secret");
});

test("tells onRequest of a request before it is answered, and not of preflights", async () => {
  const seen: string[] = [];
  const fauna = await start({
    onRequest: ({ method, body }) => seen.push(`${method} ${String(body)}`),
  });
  await fetch(`${fauna.url}/ping`, { method: "OPTIONS", headers: { origin: "http://a.example" } });
  await fetch(`${fauna.url}/ping`, { method: "POST", body: "not JSON" });
  expect(seen).toEqual(["POST not JSON"]);
});

test("close() ends open streams and sockets", async () => {
  const fauna = await start({ seed: `Collection.create({ name: "A" })` });
  const token = await answer(fauna, "A.all().eventSource()");
  const stream = await fetch(`${fauna.url}/stream/1`, {
    method: "POST",
    headers: { authorization: `Bearer ${fauna.secret}` },
    body: JSON.stringify({ token }),
  });
  const idle = connect(Number(new URL(fauna.url).port), "127.0.0.1");
  idle.on("error", () => undefined);
  await once(idle, "connect");
  const ended = once(idle, "close");
  await fauna.close();
  await expect(stream.text()).rejects.toThrow("terminated");
  await ended;
});

test("is disposed of by `await using`", async () => {
  const fauna = await start();
  await fauna[Symbol.asyncDispose]();
  await expect(fetch(fauna.url)).rejects.toThrow("fetch failed");
});

test("grants a preflight on any path and no other headers than the server's", async () => {
  const fauna = await start();
  const answer = await fetch(`${fauna.url}/nope`, {
    method: "OPTIONS",
    headers: { origin: "http://a.example", "access-control-request-method": "POST" },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("access-control-allow-origin")).toBe("http://a.example");
  expect(answer.headers.get("access-control-max-age")).toBe("86400");
  expect(answer.headers.get("access-control-allow-headers")?.split(", ")).not.toContain("x-custom");
});

test("a page on another origin may read a fault's answer", async () => {
  const fauna = await start();
  fauna.faults.respond({ status: 503, body: "busy", headers: { "x-why": "load" } });
  const { status, headers } = await fetch(`${fauna.url}/query/1`, {
    method: "POST",
    headers: { origin: "http://a.example" },
    body: "{}",
  });
  expect([status, headers.get("access-control-allow-origin")]).toEqual([503, "http://a.example"]);
  expect(headers.get("access-control-expose-headers")).toBe("x-why");
});

test("a fault's own CORS headers are left alone", async () => {
  const fauna = await start();
  fauna.faults.respond({ status: 503, headers: { "access-control-allow-origin": "*" } });
  const { headers } = await fetch(fauna.url, { headers: { origin: "http://a.example" } });
  expect(headers.get("access-control-allow-origin")).toBe("*");
});

test("tells the time in every answer", async () => {
  const fauna = await start();
  const before = Date.now();
  const { headers } = await fetch(`${fauna.url}/ping`);
  const told = Date.parse(headers.get("date") ?? "");
  // In whole seconds.
  expect(told).toBeGreaterThan(before - 1000);
  expect(told).toBeLessThanOrEqual(Date.now());
});

test("checks the body before the secret", async () => {
  const fauna = await start();
  const answer = await fetch(`${fauna.url}/query/1`, { method: "POST", body: "{" });
  expect(answer.status).toBe(400);
});

test("answers 500 to a token that the server breaks down on, and closes the connection", async () => {
  const fauna = await start();
  const answer = await fetch(`${fauna.url}/query/1`, {
    method: "POST",
    headers: { authorization: "Bearer eyJhbGciOiJub25lIn0.e30." },
    body: `{"query":"1"}`,
  });
  expect([answer.status, await answer.json()]).toEqual([500, { error: "internal server error" }]);
  expect(answer.headers.get("connection")).toBe("close");
});

test("a key of a child database acts in that database", async () => {
  const fauna = await start();
  await answer(fauna, `Database.create({ name: "child" })`);
  const key = (await answer(
    fauna,
    `Key.create({ role: "admin", database: "child" }).secret`,
  )) as string;
  await answer(fauna, `Collection.create({ name: "InChild" })`, key);
  expect(await answer(fauna, "Collection.all().count()")).toBe(0);
  expect(await answer(fauna, "Collection.all().map(.name).toArray()", key)).toEqual(["InChild"]);
  expect(await answer(fauna, "Collection.all().count()", `${fauna.secret}:child:server`)).toBe(1);
});

test("a deleted key is refused", async () => {
  const fauna = await start();
  const { id, secret } = (await answer(fauna, `Key.create({ role: "server" })`)) as {
    id: string;
    secret: string;
  };
  expect(await answer(fauna, "1", secret)).toBe(1);
  await answer(fauna, `Key.byId("${id}")!.delete()`);
  expect(await answer(fauna, "1", secret)).toMatchObject({ code: "unauthorized" });
});
