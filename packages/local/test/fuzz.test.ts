import fc from "fast-check";
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runs } from "../../../test/support/runs";

let fauna: LocalFauna;

beforeAll(async () => {
  fauna = await startLocalFauna({ seed: `Collection.create({ name: "Todo" })` });
});
afterAll(() => fauna.close());

/** What every answer must be: a status that means something, and a body of the protocol. */
async function expectAnswer(path: string, init: RequestInit): Promise<void> {
  const answer = await fetch(fauna.url + path, { method: "POST", ...init });
  const text = await answer.text();
  expect(answer.status).toBeGreaterThanOrEqual(200);
  const body = JSON.parse(text) as object;
  if (answer.status >= 400) expect("error" in body || "errors" in body).toBe(true);
  expect(text).not.toMatch(/TypeError|ReferenceError|Cannot read prop/);
}

const authorized = { authorization: "Bearer secret" };
const bytes = fc.uint8Array({ maxLength: 64 });
const jsonish = fc.oneof(
  fc.json(),
  fc
    .record(
      {
        query: fc.oneof(fc.string(), fc.jsonValue()),
        arguments: fc.dictionary(fc.string(), fc.jsonValue()),
        token: fc.oneof(fc.string(), fc.base64String({ minLength: 32, maxLength: 32 })),
        cursor: fc.string(),
        start_ts: fc.integer(),
      },
      { requiredKeys: [] },
    )
    .map((body) => JSON.stringify(body)),
);

test.each([
  "/query/1",
  "/stream/1",
  "/feed/1",
  "/",
  "/schema/1/update",
  "/schema/1/items/roles",
  "/nope",
])("%s answers any bytes in the protocol's form", async (path) => {
  const body = fc.oneof(bytes, jsonish);
  await fc.assert(
    fc.asyncProperty(body, (content) =>
      expectAnswer(path, { headers: authorized, body: content as BodyInit }),
    ),
    runs(25),
  );
});

const headerText = fc.string({ unit: fc.constantFrom(..."abz019-+=,. :/@_ey"), maxLength: 30 });

test("any header gets an answer", async () => {
  const names = fc.constantFrom(
    "authorization",
    "x-format",
    "x-typecheck",
    "x-query-tags",
    "x-query-timeout-ms",
    "x-last-txn-ts",
    "x-max-contention-retries",
    "x-faunadb-api-version",
  );
  const headers = fc.dictionary(names, headerText);
  await fc.assert(
    fc.asyncProperty(headers, fc.constantFrom("/query/1", "/"), (given, path) =>
      expectAnswer(path, { headers: { ...authorized, ...given }, body: `{"query":"1"}` }),
    ),
    runs(50),
  );
});

test("anything that looks like a token gets an answer", async () => {
  const part = fc.oneof(
    fc.base64String({ maxLength: 20 }),
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString("base64url")),
    fc
      .record({
        alg: fc.constantFrom("RS256", "none", 5),
        kid: fc.jsonValue(),
        aud: fc.jsonValue(),
        exp: fc.jsonValue(),
      })
      .map((value) => Buffer.from(JSON.stringify(value)).toString("base64url")),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) =>
      expectAnswer("/query/1", {
        headers: { authorization: `Bearer ey${parts.join(".").replace(/^ey/, "")}` },
        body: `{"query":"1"}`,
      }),
    ),
    runs(50),
  );
});

/** Random programs of FQL v4, well-formed and not. */
const v4Leaf = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 5 }),
  fc.boolean(),
  fc.constant(null),
  fc.constant({ collection: "Todo" }),
  fc.constant({ "@ts": "2024-01-01T00:00:00Z" }),
  fc.constant({ object: { __proto__: null, constructor: 1 } }),
);
const v4Program = fc.letrec((tie) => ({
  expression: fc.oneof(
    { depthSize: "small" },
    v4Leaf,
    fc.array(tie("expression"), { maxLength: 3 }),
    fc.record({ add: tie("expression") }),
    fc.record({ divide: tie("expression") }),
    fc.record({ concat: tie("expression") }),
    fc.record({ select: tie("expression"), from: tie("expression") }),
    fc.record({ if: tie("expression"), then: tie("expression"), else: tie("expression") }),
    fc.record({ let: fc.constant([{ x: 1 }]), in: tie("expression") }),
    fc.record({
      map: fc.constant({ lambda: "y", expr: { var: "y" } }),
      collection: tie("expression"),
    }),
    fc.record({ get: tie("expression") }),
    fc.record({ create: tie("expression"), params: tie("expression") }),
    fc.record({ paginate: tie("expression") }),
    fc.record({ ref: tie("expression"), id: tie("expression") }),
    fc.record({ to_string: tie("expression") }),
    fc.record({
      time_add: tie("expression"),
      offset: tie("expression"),
      unit: fc.constant("days"),
    }),
  ),
}));

test("any program of FQL v4 gets an answer", async () => {
  await fc.assert(
    fc.asyncProperty(v4Program.expression, (program) =>
      expectAnswer("/", {
        headers: { ...authorized, "x-faunadb-api-version": "4" },
        body: JSON.stringify(program),
      }),
    ),
    runs(100),
  );
});
