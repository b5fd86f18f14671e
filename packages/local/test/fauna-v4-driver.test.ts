import faunadb, { errors, query as q, type ClientConfig } from "faunadb";
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { ask } from "../../../test/support/ask";
import { startIssuer, type TestIssuer } from "./support/issuer";

let issuer: TestIssuer;
let fauna: LocalFauna;
let client: faunadb.Client;

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());

beforeEach(async () => {
  const mine = "d => d.owner == Query.token()!.sub";
  fauna = await startLocalFauna({
    seed: [
      `Collection.create({ name: "Todo" })`,
      `Function.create({ name: "double", body: "x => x * 2" })`,
    ],
    roles: [
      { name: "user", privileges: [{ resource: "Todo", actions: { read: mine, create: mine } }] },
    ],
    accessProviders: [
      { name: "Test", issuer: issuer.issuer, jwks_uri: issuer.jwksUri, roles: ["user"] },
    ],
  });
  client = clientFor(fauna.secret);
});
afterEach(async () => {
  await client.close({ force: true });
  await fauna.close();
});

function clientFor(secret: string, more: ClientConfig = { secret }): faunadb.Client {
  const { hostname, port } = new URL(fauna.url);
  return new faunadb.Client({
    ...more,
    secret,
    domain: hostname,
    port: Number(port),
    scheme: "http",
  });
}

async function asAlice<T>(expression: faunadb.ExprArg): Promise<T> {
  const secret = await issuer.sign({ sub: "alice", aud: fauna.audience, org: "org_1" });
  return client.query<T>(expression, { secret });
}

const todo = (id: string): faunadb.Expr => q.Ref(q.Collection("Todo"), id);

test("CurrentIdentity() is the subject of the token", async () => {
  expect(await asAlice(q.CurrentIdentity())).toBe("alice");
  expect(await asAlice(q.HasCurrentIdentity())).toBe(true);
  expect(await asAlice(q.Select("org", q.CurrentToken()))).toBe("org_1");
});

test("under a key there is no identity", async () => {
  expect(await client.query(q.HasCurrentIdentity())).toBe(false);
  await expect(client.query(q.CurrentIdentity())).rejects.toMatchObject({
    name: "BadRequest",
    description: "Authentication does not contain an identity",
  });
});

test("creates, gets, updates, replaces and deletes a document", async () => {
  const made = await client.query<{ ref: faunadb.values.Ref; data: unknown }>(
    q.Create(q.Collection("Todo"), {
      data: { title: "é", tags: ["a"], due: q.Date("2024-01-01") },
    }),
  );
  expect(made.data).toEqual({
    title: "é",
    tags: ["a"],
    due: new faunadb.values.FaunaDate("2024-01-01"),
  });
  expect(await client.query(q.Select(["data", "title"], q.Get(made.ref)))).toBe("é");
  await client.query(q.Update(made.ref, { data: { tags: null, n: 1 } }));
  expect(await client.query(q.Select(["data", "n"], q.Get(made.ref)))).toBe(1);
  expect(await client.query(q.Select(["data", "tags"], q.Get(made.ref), "none"))).toBe("none");
  await client.query(q.Replace(made.ref, { data: { only: true } }));
  const replaced = await client.query<{ data: unknown }>(q.Get(made.ref));
  expect(replaced.data).toEqual({ only: true });
  await client.query(q.Delete(made.ref));
  expect(await client.query(q.Exists(made.ref))).toBe(false);
});

test("paginates forwards and backwards", async () => {
  for (const id of ["1", "2", "3", "4", "5"]) await client.query(q.Create(todo(id), { data: {} }));
  const helper = client.paginate(q.Documents(q.Collection("Todo")), { size: 2 });
  const pages: string[][] = [];
  await helper.each((page) => void pages.push((page as faunadb.values.Ref[]).map(({ id }) => id)));
  expect(pages).toEqual([["1", "2"], ["3", "4"], ["5"]]);
  const before = await client.query<{ data: faunadb.values.Ref[] }>(
    q.Paginate(q.Documents(q.Collection("Todo")), { size: 2, before: todo("4") }),
  );
  expect(before.data.map(({ id }) => id)).toEqual(["2", "3"]);
});

test("maps a page with a lambda", async () => {
  for (const n of [1, 2, 3]) await client.query(q.Create(todo(String(n)), { data: { n } }));
  const page = await client.query<{ data: unknown[] }>(
    q.Map(q.Paginate(q.Documents(q.Collection("Todo"))), (ref) =>
      q.Multiply(q.Select(["data", "n"], q.Get(ref)), 10),
    ),
  );
  expect(page.data).toEqual([10, 20, 30]);
});

test("evaluates bindings, conditions, text, numbers and times", async () => {
  const expression = q.Let(
    { x: 2, y: q.Add(q.Var("x"), 1) },
    q.If(
      q.GT(q.Var("y"), q.Var("x")),
      [q.Concat(["a", "b"], "-"), q.Divide(7, 2), q.ToString(q.Time("2024-01-01T00:00:00Z"))],
      "no",
    ),
  );
  expect(await client.query(expression)).toEqual(["a-b", 3, "2024-01-01T00:00:00Z"]);
});

test("calls a function written in FQL v10", async () => {
  expect(await client.query(q.Call(q.Function("double"), 21))).toBe(42);
});

test("shares its documents with FQL v10", async () => {
  await client.query(q.Create(todo("7"), { data: { title: "both" } }));
  const { data } = await ask(fauna, fauna.secret, `Todo.byId("7")!.title`);
  expect(data).toBe("both");
});

test("a query is all or nothing", async () => {
  const failing = q.Do(q.Create(todo("1"), { data: {} }), q.Abort("no"));
  await expect(client.query(failing)).rejects.toMatchObject({ description: "no" });
  expect(await client.query(q.Exists(todo("1")))).toBe(false);
});

test("roles hold here too", async () => {
  const make = (owner: string): faunadb.Expr => q.Create(q.Collection("Todo"), { data: { owner } });
  await client.query(make("bob"));
  await asAlice(make("alice"));
  await expect(asAlice(make("bob"))).rejects.toBeInstanceOf(errors.PermissionDenied);
  const seen = await asAlice<{ data: unknown[] }>(q.Paginate(q.Documents(q.Collection("Todo"))));
  expect(seen.data).toHaveLength(1);
});

test("errors arrive as the driver's classes, with their position", async () => {
  await expect(client.query(q.Get(todo("9")))).rejects.toBeInstanceOf(errors.NotFound);
  await expect(client.query(q.Add(1, "a"))).rejects.toMatchObject({
    name: "BadRequest",
    description: "Number expected, String provided.",
    requestResult: { responseContent: { errors: [{ position: ["add", 1] }] } },
  });
  await expect(client.query(1, { secret: "nobody" })).rejects.toBeInstanceOf(errors.Unauthorized);
});

test("what is not there is refused by name", async () => {
  await expect(client.query(q.Match(q.Index("by_owner")))).rejects.toMatchObject({
    description: "Ref refers to undefined index 'by_owner'",
  });
});
