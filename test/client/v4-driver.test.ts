import { fql } from "fauna";
import { faunaV4 } from "fauna-clerk/v4";
import faunadb, { type Client as V4Client } from "faunadb";
import { beforeEach, describe, expect, test } from "vitest";

import { type AuthState, createIdentity } from "../../src/auth/identity";
import { createConnection } from "../../src/client/connection";
import type { Driver, FaunaCursor, FaunaV4Expression } from "../../src/client/driver";
import type { FaunaV4Options } from "../../src/client/v4-driver";
import { v4Expression } from "../support/drivers";
import { success } from "../support/fake-answers";
import { startFakeFauna } from "../support/fake-fauna";
import { holdTimeLimits } from "../support/time-limit";
import { makeToken } from "../support/token";

const { query: q } = faunadb;
const ada: AuthState = {
  identity: createIdentity("signed-in", "fauna", { userId: "ada" }),
  template: "fauna",
  getToken: async () => makeToken({ sub: "ada" }),
};
const scope = { identity: ada.identity, signal: new AbortController().signal };
const all = v4Expression(q.Paginate(q.Documents(q.Collection("Todo"))));
const paginateWith = (options: object): FaunaV4Expression =>
  v4Expression(q.Paginate(q.Documents(q.Collection("Todo")), options));

function createDriver(endpoint: string, options?: FaunaV4Options) {
  const { drivers, getClient } = createConnection({ endpoint, drivers: [faunaV4(options)] }, ada);
  return { driver: drivers[1] as Driver<FaunaV4Expression, V4Client>, v10: getClient() };
}

async function setUp(options?: FaunaV4Options) {
  const fauna = await startFakeFauna();
  return { fauna, ...createDriver(fauna.url, options) };
}

let driver: ReturnType<typeof createDriver>["driver"];
beforeEach(() => {
  ({ driver } = createDriver("https://fauna.test"));
});
const plain = (query: FaunaV4Expression | undefined): unknown => JSON.parse(JSON.stringify(query));

test.each([
  [all, true],
  [fql`1`, false],
  [null, false],
  [undefined, false],
  [{ paginate: 1 }, false],
  ["1", false],
])("an expression is told from all else: %j", (query, isOne) => {
  expect(driver.accepts(query)).toBe(isOne);
});

test("the key is the expression as plain JSON", () => {
  const key = driver.key(all);
  expect(key).toEqual({ paginate: { documents: { collection: "Todo" } } });
  expect(Object.getPrototypeOf(key)).toBe(Object.prototype);
});

describe("the page", () => {
  const after: FaunaCursor = { after: [7] };
  const before: FaunaCursor = { before: [3] };
  const documents = { paginate: { documents: { collection: "Todo" } } };

  test.each([undefined, null])("at the cursor %s is the query itself", (cursor) => {
    expect(driver.page!(all, cursor)).toBe(all);
  });

  test.each<[string, FaunaV4Expression, FaunaCursor, object]>([
    ["after a cursor", all, after, { ...documents, after: [7] }],
    ["before a cursor", all, before, { ...documents, before: [3] }],
    [
      "at a cursor has no other one",
      paginateWith({ after: [1] }),
      before,
      { ...documents, before: [3] },
    ],
    [
      "at a cursor has no other one either",
      paginateWith({ before: [1], size: 2 }),
      after,
      { ...documents, after: [7], size: 2 },
    ],
  ])("%s", (_, query, cursor, expected) => {
    const page = driver.page!(query, cursor);
    expect(plain(page)).toEqual(expected);
    expect(driver.accepts(page)).toBe(true);
  });

  test("at a cursor that is a document or a time is asked for with these", () => {
    const place = [new faunadb.values.FaunaTime("2026-01-01T00:00:00Z")];
    expect(plain(driver.page!(all, { after: place }))).toMatchObject({
      after: [{ "@ts": "2026-01-01T00:00:00Z" }],
    });
  });

  test.each<[string, FaunaV4Expression]>([
    ["Map", v4Expression(q.Map(all as never, q.Lambda("x", q.Get(q.Var("x")))))],
    ["Filter", v4Expression(q.Filter(all as never, q.Lambda("x", true)))],
    [
      "Map of Filter",
      v4Expression(q.Map(q.Filter(all as never, q.Lambda("x", true)), q.Lambda("x", q.Var("x")))),
    ],
  ])("within %s is that of what it goes through", (_, query) => {
    const text = (cursor?: FaunaCursor) => JSON.stringify(driver.page!(query, cursor));
    expect(text()).toBe(JSON.stringify(query));
    const inner = JSON.stringify(all);
    expect(text(after)).toBe(
      JSON.stringify(query).replace(inner, JSON.stringify(driver.page!(all, after))),
    );
  });

  test.each<[string, FaunaV4Expression]>([
    ["a value", v4Expression(q.CurrentIdentity())],
    ["Map of an array", v4Expression(q.Map([1, 2], q.Lambda("x", q.Var("x"))))],
    ["Foreach", v4Expression(q.Foreach(all as never, q.Lambda("x", q.Var("x"))))],
  ])("of %s is none, and the error says what has pages", (_, query) => {
    expect(() => driver.page!(query)).toThrow(
      expect.objectContaining({
        code: "not_a_set",
        message: expect.stringContaining(
          "Only q.Paginate(…), or q.Map or q.Filter of it, has pages.",
        ) as string,
      }) as Error,
    );
  });
});

describe("a query", () => {
  test("resolves with data and the time of its transaction", async () => {
    const { fauna, driver } = await setUp();
    fauna.respond = (request) => success(request, "done", 42);
    expect(await driver.run(all, scope)).toEqual({ data: "done", txn: 42 });
  });

  test("is told to the app's own observers, too", async () => {
    const told: unknown[] = [];
    const { driver } = await setUp({ observer: () => void told.push("of all") });
    const observer = (result: unknown, client: unknown): void => void told.push(result, client);
    expect(await driver.run(all, { ...scope, request: { observer } })).toMatchObject({ txn: 1 });
    expect(told).toEqual(["of all", expect.any(faunadb.RequestResult), driver.getClient()]);
  });

  test("of a server that does not say the time has none", async () => {
    const { fauna, driver } = await setUp();
    fauna.respond = () => ({ body: { resource: 1 } });
    expect(await driver.run(all, scope)).toEqual({ data: 1, txn: undefined });
  });

  test("is sent as the driver sends it, with the token and the request's own options", async () => {
    const { fauna, driver } = await setUp({ queryTimeout: 1000 });
    await driver.run(all, { ...scope, request: { queryTimeout: 2000 } });
    await driver.run(all, scope);
    const [own, other] = fauna.requests;
    expect(own).toMatchObject({ method: "POST", claims: { sub: "ada" } });
    expect(JSON.parse(own!.body)).toEqual(plain(all));
    expect([own, other].map((request) => request?.headers["x-query-timeout"])).toEqual([
      "2000",
      "1000",
    ]);
  });

  test.each<[FaunaV4Options | undefined, number]>([
    [undefined, 60_000],
    [{ timeout: 5 }, 5000],
  ])("with the options %j may take %i ms", async (options, expected) => {
    const limit = holdTimeLimits();
    const { driver } = await setUp(options);
    await driver.run(all, scope);
    expect(limit.asked).toContain(expected);
  });

  test("sees what queries of either version have written", async () => {
    const { fauna, driver, v10 } = await setUp();
    fauna.respond = (request, index) => success(request, "done", 10 * (index + 1));
    const seen = (): unknown => fauna.requests.at(-1)?.headers["x-last-seen-txn"];
    await driver.run(all, scope);
    expect(seen()).toBeUndefined();
    await v10.query(fql`1`);
    expect(fauna.requests.at(-1)?.headers["x-last-txn-ts"]).toBe("10");
    await driver.run(all, scope);
    expect(seen()).toBe("20");
  });

  test("whose answer ends early has lost its connection, which may pass", async () => {
    const { fauna, driver } = await setUp();
    fauna.respond = () => ({ body: '{"resource":', headers: { "transfer-encoding": "chunked" } });
    const error: unknown = await driver.run(all, scope).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      message: "The answer ended early.",
      cause: expect.any(SyntaxError) as Error,
    });
    expect(driver.isTransient(error)).toBe(true);
  });

  test.each([
    { status: 502, body: "<html>Bad Gateway</html>", isTransient: true },
    { status: 429, body: { message: "Slow down." }, isTransient: true },
    { status: 413, body: "<html>Too Large</html>", isTransient: false },
  ])("that a proxy fails with $status fails with that", async ({ isTransient, ...answer }) => {
    const { fauna, driver } = await setUp();
    fauna.respond = () => answer;
    const error: unknown = await driver.run(all, scope).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      message: `HTTP ${answer.status}`,
      requestResult: { statusCode: answer.status },
    });
    expect(driver.isTransient(error)).toBe(isTransient);
  });
});

test("Fauna's own error is told without a time limit, too", async () => {
  const { fauna, driver } = await setUp({ timeout: 0 });
  fauna.respond = () => ({ status: 400, body: { errors: [{ code: "invalid argument" }] } });
  await expect(driver.run(all, scope)).rejects.toMatchObject({ message: "invalid argument" });
});

test("a request other than a query is sent to its own path", async () => {
  const { fauna, driver } = await setUp();
  await driver
    .getClient()
    .ping("node")
    .catch(() => {});
  expect(fauna.requests[0]).toMatchObject({ method: "GET", body: "" });
  expect(fauna.requests[0]?.path).toMatch(/^\/ping/);
});

test.each(["", "/", "/prefix", "/prefix/"])("the endpoint keeps its path %j", async (path) => {
  const fauna = await startFakeFauna();
  await createDriver(fauna.url + path)
    .driver.getClient()
    .ping("node")
    .catch(() => {});
  expect(fauna.requests[0]?.path).toBe(`${path.replace(/\/$/, "")}/ping?scope=node`);
});

test("the page of a client's own iteration may have options, and is the user's", async () => {
  const { fauna, driver } = await setUp();
  fauna.respond = (request) => success(request, { data: [1] });
  const pages: unknown[] = [];
  await driver
    .getClient()
    .paginate(q.Documents(q.Collection("Todo")), { size: 3 }, { queryTimeout: 2000 })
    .each((page) => void pages.push(page));
  expect(pages).toEqual([[1]]);
  expect(fauna.requests[0]).toMatchObject({
    claims: { sub: "ada" },
    headers: { "x-query-timeout": "2000" },
  });
  expect(JSON.parse(fauna.requests[0]!.body)).toMatchObject({ size: 3 });
});

test("streams are refused, because their token would expire, and the error names another way", async () => {
  const { fauna, driver } = await setUp();
  const failed = new Promise((resolve) =>
    driver.getClient().stream(q.Collection("Todo")).on("error", resolve).start(),
  );
  expect(await failed).toMatchObject({
    code: "not_supported",
    message: expect.stringContaining(
      "FQL v4 streams cannot be kept authorized. Use an FQL v10 event source.",
    ) as string,
  });
  expect(fauna.requests).toEqual([]);
});

test.each([
  [new TypeError("Failed to fetch"), true],
  [Object.assign(new Error("It took too long."), { name: "TimeoutError" }), true],
  [{ requestResult: { statusCode: 503 } }, true],
  [{ requestResult: { statusCode: 400 } }, false],
  [{ requestResult: undefined }, false],
  [new Error("No."), false],
  [null, false],
  [undefined, false],
])("%s may pass: %o", (error, passes) => {
  expect(driver.isTransient(error)).toBe(passes);
});

test("its own values are equal if their fields are, as plain ones", () => {
  const { Ref, FaunaTime, Page } = faunadb.values as unknown as Record<string, unknown>;
  for (const one of [Ref, FaunaTime, Page, Object, Array, Uint8Array])
    if (one) expect(driver.classes.has(one)).toBe(true);
});
