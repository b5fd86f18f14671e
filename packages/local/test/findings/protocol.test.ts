// Statements 35 to 40 of the first part of the conformance suite's FINDINGS.md, and 1, 2 of the second.
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";

let fauna: LocalFauna;
beforeAll(async () => {
  fauna = await startLocalFauna({ seed: `Collection.create({ name: "Todo" })` });
});
afterAll(() => fauna.close());

interface Answer {
  status: number;
  headers: Headers;
  body: {
    data?: unknown;
    error?: { code?: string; message: string };
    errors?: unknown[];
    summary?: string;
  };
}

async function send(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  method = "POST",
): Promise<Answer> {
  const answer = await fetch(fauna.url + path, {
    method,
    headers: { authorization: "Bearer secret", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: (text ? JSON.parse(text) : {}) as Answer["body"],
  };
}
const query = (text: unknown, headers?: Record<string, string>): Promise<Answer> =>
  send("/query/1", { query: text }, headers);
const message = async (asked: Promise<Answer>): Promise<unknown> => {
  const { status, body } = await asked;
  return [status, body.error?.message ?? body.data];
};

test.each([
  ["abort(1)", 400, "abort"],
  ["1 / 0", 400, "divide_by_zero"],
  [`Collection.create({ name: "Todo" })`, 400, "constraint_failure"],
  ["nope", 400, "invalid_query"],
])("35: %s answers %i %s", async (text, status, code) => {
  const got = await query(text);
  expect([got.status, got.body.error?.code]).toEqual([status, code]);
  expect(got.body.summary).toMatch(/^error: /);
});

test("35: a query without end is 440", async () => {
  const got = await query("Set.sequence(0, 2000000000).count()", { "x-query-timeout-ms": "50" });
  expect([got.status, got.body.error?.code]).toEqual([440, "time_out"]);
});

test("35: a refused secret is 401, with nothing but the error", async () => {
  const got = await query("1", { authorization: "Bearer nope" });
  expect([got.status, Object.keys(got.body)]).toEqual([401, ["error"]]);
  expect(got.headers.get("www-authenticate")).toBe("Bearer");
});

test("35: a path that is not there has the form of v4", async () => {
  const got = await send("/nope", { query: "1" });
  expect([got.status, got.body.errors?.length]).toEqual([404, 1]);
  expect((await send("/query/1/", { query: "1" })).status).toBe(404);
});

test.each(["PUT", "PATCH"])("36: %s asks too", async (method) => {
  expect((await send("/query/1", { query: "1" }, {}, method)).body.data).toBe(1);
});

test.each([{ query: "1", more: 1 }, { arguments: {} }, []])(
  "36: the body %j is refused, also without a secret",
  async (body) => {
    expect((await send("/query/1", body, { authorization: "" })).status).toBe(400);
  },
);

test("36: of two keys with the same name the last one counts", async () => {
  expect((await send("/query/1", `{"query":"1","query":"2"}`)).body.data).toBe(2);
});

test("37: arguments are in the format of the answer", async () => {
  const body = { query: "x", arguments: { x: { "@int": "1" } } };
  expect((await send("/query/1", body)).body.data).toEqual({ "@int": "1" });
  const tagged = { "x-format": "tagged" };
  expect((await send("/query/1", body, tagged)).body.data).toEqual({ "@int": "1" });
  const bare = { query: "x", arguments: { x: 1 } };
  expect(await message(send("/query/1", bare, tagged))).toEqual([
    400,
    "Invalid argument 'x': numbers must be tagged",
  ]);
});

test.each([
  [{ object: { a: { value: { "@int": "1" } } } }, { a: 1 }],
  [{ array: [{ fql: ["1 + 1"] }] }, [2]],
  [{ value: { "@date": "2024-01-01" } }, "2024-01-01"],
])("38: %j is a query", async (template, data) => {
  expect((await query(template)).body.data).toEqual(data);
});

test.each([
  ["x-typecheck", "yes", "Must be a boolean value."],
  ["x-query-timeout-ms", "0", "Must be greater than 0."],
])("39: %s: %s is refused", async (name, value, reason) => {
  const got = await query("1", { [name]: value });
  expect([got.status, got.body.error?.message]).toEqual([400, expect.stringContaining(reason)]);
});

test.each([
  ["x-typecheck", "FALSE"],
  ["x-last-txn-ts", "-5"],
  ["x-query-tags", ""],
  ["authorization", "Bearer   secret"],
])("39: %s: %j is fine", async (name, value) => {
  expect((await query("1", { [name]: value })).body.data).toBe(1);
});

test("39: the scheme's case matters", async () => {
  expect((await query("1", { authorization: "bearer secret" })).status).toBe(401);
});

test("40: OPTIONS without an origin is a request like others", async () => {
  expect((await send("/query/1", undefined, {}, "OPTIONS")).status).toBe(400);
});

test("40: NaN and Infinity are text in the simple format", async () => {
  expect((await query("[0.0 / 0, 1.0 / 0, -1.0 / 0]")).body.data).toEqual([
    "NaN",
    "Infinity",
    "-Infinity",
  ]);
});

/** A token of nobody's. */
const UNKNOWN = [{ alg: "RS256", kid: "k" }, { iss: "i" }, ""]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .join(".");

test.each([
  [
    "/query/1",
    { query: "1" },
    { error: { code: "unauthorized", message: "Access token required" } },
  ],
  ["/schema/1/files", undefined, { error: { message: "Access token required" } }],
  ["/", {}, { errors: [{ code: "unauthorized", description: "Unauthorized" }] }],
])("1 of the second part: %s says 401 in its own way", async (path, body, expected) => {
  const method = body === undefined ? "GET" : "POST";
  const got = await send(path, body, { authorization: `Bearer ${UNKNOWN}` }, method);
  expect([got.status, got.body]).toEqual([401, expected]);
});

test.each(["/query/1", "/stream/1", "/feed/1"])(
  "2 of the second part: %s looks at the body before the token",
  async (path) => {
    expect((await send(path, "{", { authorization: "Bearer nope" })).status).toBe(400);
  },
);
