import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalFauna, type LocalFauna, type LocalFaunaOptions } from "@fauna-clerk/local";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask } from "../../../../test/support/ask";

let folder: string;
let persist: string;
let running: LocalFauna | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "local-fauna-"));
  persist = join(folder, "deep", "todos.db");
});
afterEach(async () => {
  await running?.close();
  await rm(folder, { recursive: true });
});

const SEED = `Collection.create({
  name: "Todo",
  indexes: { byOwner: { terms: [{ field: ".owner" }], values: [{ field: ".n" }] } },
  constraints: [{ unique: ["key"] }]
})`;

async function start(options: LocalFaunaOptions = {}): Promise<LocalFauna> {
  await running?.close();
  running = await startLocalFauna({ persist, seed: SEED, ...options });
  return running;
}

async function answer(query: string, secret = "secret"): Promise<unknown> {
  const { data, error } = await ask(running!, secret, query, { "x-format": "tagged" });
  return error?.code ?? data;
}

test("a database is there again after a restart, with the same audience", async () => {
  const { audience } = await start();
  await answer(`Todo.create({ id: "1", owner: "a", n: 1 })`);
  const again = await start();
  expect(again.audience).toBe(audience);
  expect(await answer(`Todo.byOwner("a").map(.id).toArray()`)).toEqual(["1"]);
});

test("every kind of value survives", async () => {
  await start();
  const made = await answer(`Todo.create({
    id: "1", text: "é", yes: true, int: 1, long: 2147483648, half: 1.5, nan: 0.0 / 0.0, zero: -0.0,
    time: Time("2024-01-01T00:00:00.123456789Z"), date: Date("2024-01-01"),
    list: [1, null, [Todo("1")]], object: { a: { "__proto__": 1 } }, ttl: Time("2100-01-01T00:00:00Z")
  })`);
  await start();
  expect(await answer(`Todo.byId("1")`)).toEqual(made);
});

async function askV4(expression: object): Promise<unknown> {
  const response = await fetch(running!.url, {
    method: "POST",
    headers: { authorization: "Bearer secret", "x-faunadb-api-version": "4" },
    body: JSON.stringify(expression),
  });
  return ((await response.json()) as { resource: unknown }).resource;
}

test("a past that FQL v4 wrote is there again, and so is what it took out of it", async () => {
  const options = { seed: `Collection.create({ name: "Todo", history_days: 30000 })` };
  const ref = { ref: { collection: "Todo" }, id: "1" };
  const write = (ts: number, n: number): Promise<unknown> =>
    askV4({ insert: ref, ts, action: "create", params: { object: { data: { object: { n } } } } });
  const readAt = (ts: number): Promise<unknown> =>
    askV4({ select: ["data", "n"], from: { get: ref, ts }, default: "none" });
  await start(options);
  await write(1000, 1);
  await write(2000, 2);
  await askV4({ remove: ref, ts: 2000, action: "create" });
  await askV4({ insert: ref, ts: 3000, action: "delete" });
  await start(options);
  expect(await readAt(2500)).toBe(1);
  expect(await askV4({ exists: ref, ts: 3500 })).toBe(false);
});

test("a UUID of FQL v4 survives", async () => {
  await start();
  const u = { "@uuid": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6" };
  const params = { object: { data: { object: { u } } } };
  await askV4({ create: { ref: { collection: "Todo" }, id: "1" }, params });
  await start();
  expect(await answer(`Todo.byId("1")!.u`)).toEqual(u);
});

test("updates, deletes and constraints hold on", async () => {
  await start();
  await answer(`Todo.create({ id: "1", key: "k" })`);
  await answer(`Todo.create({ id: "2" }).delete()`);
  await answer(`Todo.byId("1")!.update({ n: 2 })`);
  await start();
  expect(await answer(`Todo.all().map(.n).toArray()`)).toEqual([{ "@int": "2" }]);
  expect(await answer(`Todo.create({ key: "k" })`)).toBe("constraint_failure");
});

test("new collections and documents get names and ids of their own", async () => {
  await start();
  await answer(`Function.create({ name: "one", body: "() => 1" })`);
  await start();
  await answer(`Collection.create({ name: "Second" })`);
  await answer(`Function.create({ name: "two", body: "() => 2" })`);
  await answer(`Second.create({ id: "1" })`);
  expect(await answer("[Todo.all().count(), Second.all().count(), one(), two()]")).toEqual(
    ["0", "1", "1", "2"].map((n) => ({ "@int": n })),
  );
});

test("keys keep their secrets", async () => {
  await start();
  const secret = (await answer(`Key.create({ role: "server" }).secret`)) as string;
  await start();
  expect(await answer("1", secret)).toEqual({ "@int": "1" });
});

test("roles and providers given as objects replace those of the same name", async () => {
  const provider = { name: "P", jwks_uri: "https://p.example/jwks", roles: ["user"] };
  const role = { name: "user", privileges: [] };
  await start({ roles: [role], accessProviders: [{ ...provider, issuer: "one" }] });
  await start({ roles: [role], accessProviders: [{ ...provider, issuer: "two" }] });
  expect(await answer("AccessProvider.all().map(.issuer).toArray()")).toEqual(["two"]);
});

test("a last record that was torn is dropped, and writing goes on", async () => {
  await start();
  await answer(`Todo.create({ id: "1" })`);
  await running?.close();
  await appendFile(persist, `[1700000000000000,[[1024,"2",[[["n",["int"`);
  await start();
  await answer(`Todo.create({ id: "3" })`);
  await start();
  expect(await answer("Todo.all().map(.id).toArray()")).toEqual(["1", "3"]);
  expect((await readFile(persist, "utf8")).trimEnd().split("\n")).toHaveLength(4);
});

test("a first record that was torn begins anew", async () => {
  await start();
  await running?.close();
  await writeFile(persist, `{"format":1,"glo`);
  await start();
  expect(await answer("Todo.all().count()")).toEqual({ "@int": "0" });
});

test.each(["my notes\n", "my notes", `{"format":2}\n{`])(
  "a file that is something else is refused and left alone: %j",
  async (text) => {
    const other = join(folder, "notes.txt");
    await writeFile(other, text);
    await expect(startLocalFauna({ persist: other })).rejects.toThrow("is not a database");
    expect(await readFile(other, "utf8")).toBe(text);
  },
);

test("a seed that is not accepted leaves no file behind", async () => {
  const failing = startLocalFauna({ persist, seed: [SEED, "Nope.all()"] });
  await expect(failing).rejects.toThrow("Nope");
  await start();
  expect(await answer("Todo.all().count()")).toEqual({ "@int": "0" });
});

test("a read writes nothing", async () => {
  await start();
  const before = await readFile(persist, "utf8");
  await answer("Todo.all()");
  expect(await readFile(persist, "utf8")).toBe(before);
});
