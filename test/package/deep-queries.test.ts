import { createRequire } from "node:module";
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "../support/ask";

// Beyond some 400 calls the stack of Node's own thread ends. The build runs a query in another thread then; the
// sources, on which the other tests run, cannot.

const DEPTH = 1_500;

const SEED = [
  `Collection.create({
    name: "C",
    fields: { n: { signature: "Any" } },
    wildcard: "Any",
    computed_fields: { below: { body: "c => if (c.n == 0) 0 else 1 + C.byN(c.n - 1).first()!.below", signature: "Any" } },
    indexes: { byN: { terms: [{ field: "n" }] } }
  })`,
  `Function.create({ name: "rec", signature: "(n: Any) => Any", body: "n => if (n == 0) 0 else 1 + rec(n - 1)" })`,
  `Function.create({ name: "k", signature: "(n: Any) => Any", body: "n => if (n == 0) [] else [n].concat([n].map(x => k(x - 1)).first()!)" })`,
  `Function.create({ name: "recadmin", signature: "(n: Any) => Any", role: "admin", body: "n => if (n == 0) 0 else 1 + recadmin(n - 1)" })`,
  `Function.create({ name: "write", signature: "(n: Any) => Any", body: "n => if (n == 0) C.create({ id: 1, n: 0 }).n else write(n - 1)" })`,
  `Collection.create({
    name: "Chk", fields: { n: { signature: "Any" } },
    constraints: [{ check: { name: "deep", body: "d => rec(d.n) >= 0" } }]
  })`,
  `Collection.create({ name: "Note" })`,
  `Note.create({ id: 1, owner: "ada", n: 1 })`,
  `Note.create({ id: 2, owner: "ben", n: 2 })`,
];
const ROLE = {
  name: "user",
  privileges: [
    { resource: "Note", actions: { read: `n => n.owner == "ada" && rec(${DEPTH}) > 0` } },
    { resource: "rec", actions: { call: true } },
    { resource: "write", actions: { call: true } },
  ],
};

/** A body of a function that calls itself, of two arguments: itself and how often still. */
const recursive =
  (rest: string) =>
  (n: number): string =>
    `let f = (f, n) => if (n == 0) 0 else ${rest}\nf(f, ${n})`;

let fauna: LocalFauna;
beforeAll(async () => {
  fauna = await startLocalFauna({ seed: SEED, roles: [ROLE] });
});
afterAll(() => fauna.close());

const run = (query: string, secret = fauna.secret): Promise<any> =>
  ask(fauna, secret, query, { "x-typecheck": "false" });

async function dataOf(query: string, secret?: string): Promise<unknown> {
  const { data, summary } = await run(query, secret);
  if (data === undefined) throw new Error(String(summary).slice(0, 1_000));
  return data;
}

// Recorded: how deep the server goes, and how long the summary is of what goes one deeper.
test.each([
  ["a lambda", recursive("1 + f(f, n - 1)"), 2048, 250_099],
  ["a function with a role", (n: number) => `recadmin(${n})`, 2048, 213_232],
  ["a function in a method", (n: number) => `k(${n}).length`, 1024, 294_154],
  ["a fold", recursive("[n].fold(0, (a, x) => f(f, x - 1))"), 1024, 326_937],
  ["a fold of a set", recursive("[n].toSet().fold(0, (a, b) => f(f, n - 1))"), 1024, 359_721],
  ["an order", recursive("[n].order(x => f(f, x - 1)).first()!"), 1024, 316_692],
  ["a mapping of a set", recursive("Set.single(n).map(x => f(f, x - 1)).first()!"), 9, 582_034],
  ["a block at a time", recursive("at (Time.now()) f(f, n - 1)"), 2048, 299_275],
  ["a check constraint", (n: number) => `Chk.create({ n: ${n} }).n`, 2047, 192_744],
])("%s calls itself as often as on the server", async (_, query, most, length) => {
  expect((await run(query(most))).status).toBe(200);
  const { status, error, summary } = await run(query(most + 1));
  expect([status, error]).toEqual([
    400,
    { code: "stack_overflow", message: "number of stack frames exceeded limit of 2048" },
  ]);
  expect(summary).toHaveLength(length);
});

test("computed fields read as far as on the server", async () => {
  await dataOf(`Set.sequence(0, ${DEPTH}).forEach(i => C.create({ n: i + 1 }))`);
  await dataOf(`C.create({ n: 0 })`);
  expect(await dataOf(`C.byN(${DEPTH}).first()!.below`)).toBe(DEPTH);
  await dataOf("C.all().forEach(.delete())");
});

test("what is written far down is committed once, and told in a stream that is open", async () => {
  const source = await dataOf("C.all().eventSource()");
  const controller = new AbortController();
  const stream = await fetch(`${fauna.url}/stream/1`, {
    method: "POST",
    headers: { authorization: `Bearer ${fauna.secret}` },
    body: JSON.stringify({ token: source }),
    signal: controller.signal,
  });
  const events = eventsOf(stream);
  expect((await events.next()).value).toMatchObject({ type: "status" });
  const { txn_ts, stats } = await run(`write(${DEPTH})`);
  expect(stats.write_ops).toBe(1);
  await dataOf(`C.create({ id: 2, n: 0 })`);
  const [first, second] = [await events.next(), await events.next()];
  expect(first.value).toMatchObject({ type: "add", data: { "@doc": { id: "1" } }, txn_ts });
  expect(second.value).toMatchObject({ type: "add", data: { "@doc": { id: "2" } } });
  controller.abort();
  expect(await dataOf("C.byN(0).map(.id).toArray()")).toEqual(["1", "2"]);
  await dataOf("C.all().forEach(.delete())");
});

test("what fails far down leaves nothing", async () => {
  const failing = recursive(`{ Note.create({ n: n })\nif (n == 1) abort(n) else f(f, n - 1) }`);
  const { error } = await run(failing(DEPTH));
  expect(error).toMatchObject({ code: "abort", abort: 1 });
  expect(await dataOf("Note.all().count()")).toBe(2);
});

test("a role shows no more far down than elsewhere", async () => {
  const key = (await dataOf(`Key.create({ role: "user" }).secret`)) as string;
  expect(await dataOf("Note.all().map(.id).toArray()", key)).toEqual(["1"]);
  const reading = `let f = (f, n) => if (n == 0) Note.all().map(.id).toArray() else f(f, n - 1)`;
  expect(await dataOf(`${reading}\nf(f, 500)`, key)).toEqual(["1"]);
  expect((await run(`write(${DEPTH})`, key)).error.code).toBe("permission_denied");
  expect(await dataOf("C.all().count()")).toBe(0);
});

test("a query that goes on for ever far down ends with its time", async () => {
  const endless = `let f = (f, n) => if (n == 0) Set.sequence(0, 2147483647).count() else f(f, n - 1)`;
  const headers = { "x-typecheck": "false", "x-query-timeout-ms": "1000" };
  const { status } = await ask(fauna, fauna.secret, `${endless}\nf(f, ${DEPTH})`, headers);
  expect(status).toBe(440);
});

test("recursion without end costs an answer, not the server", async () => {
  expect((await run("let f = f => f(f)\nf(f)")).error.code).toBe("stack_overflow");
  expect(await dataOf("1 + 1")).toBe(2);
});

describe("the CommonJS build", () => {
  const { startLocalFauna: start } = createRequire(import.meta.url)("@fauna-clerk/local") as {
    startLocalFauna: typeof startLocalFauna;
  };

  test("goes as deep", async () => {
    await using server = await start({ seed: SEED });
    const { data } = await ask(server, server.secret, `rec(${DEPTH})`);
    expect(data).toBe(DEPTH);
  });
});

async function* eventsOf({ body }: Response): AsyncGenerator<unknown> {
  let text = "";
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split("\n");
    text = lines.pop()!;
    for (const line of lines) yield JSON.parse(line);
  }
}
