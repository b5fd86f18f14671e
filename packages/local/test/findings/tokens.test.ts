// Statements 3 to 10, 25, 27 and 28 of the second part of the conformance suite's FINDINGS.md.
import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "../../../../test/support/ask";
import { startIssuer, type TestIssuer } from "../support/issuer";

let issuer: TestIssuer;
let fauna: LocalFauna;

beforeAll(async () => {
  issuer = await startIssuer();
  const provider = { issuer: issuer.issuer, jwks_uri: issuer.jwksUri };
  fauna = await startLocalFauna({
    seed: [`Collection.create({ name: "Todo" })`, `Todo.create({ id: 1, owner: "ann" })`],
    roles: [
      {
        name: "user",
        privileges: [{ resource: "Todo", actions: { read: "d => d.owner == Query.token()!.sub" } }],
      },
    ],
    accessProviders: [
      { name: "P", ...provider, roles: [{ role: "user", predicate: "t => t.deny != true" }] },
    ],
  });
});
afterAll(async () => {
  await fauna.close();
  await issuer.close();
});

const FAUNA = "https://db.fauna.com/db/";
const tokenOf = (claims: object): Promise<string> =>
  issuer.sign({ aud: fauna.audience, sub: "ann", ...claims });
const bearer = async (claims: object): Promise<string> => `Bearer ${await tokenOf(claims)}`;

async function answer(claims: object, query = "1"): Promise<unknown> {
  const tagged = { "x-format": "tagged" };
  const { status, data } = await ask(fauna, await tokenOf(claims), query, tagged);
  return status === 200 ? data : status;
}

async function askV4(expression: unknown, authorization: string): Promise<unknown> {
  const answer = await fetch(fauna.url, {
    method: "POST",
    headers: { authorization, "x-faunadb-api-version": "4" },
    body: JSON.stringify(expression),
  });
  const body = (await answer.json()) as { resource?: unknown; errors?: { code: string }[] };
  return [answer.status, body.errors?.[0]?.code ?? body.resource];
}

const seconds = (offset: number): number => Math.floor(Date.now() / 1000) + offset;

test.each([
  ["a text", "soon"],
  ["null", null],
  ["a fraction of the past", 1000.5],
])("3: nbf as %s limits nothing", async (_name, nbf) => {
  expect(await answer({ nbf })).toEqual({ "@int": "1" });
});

test("3: nbf in three seconds is too early, and iat does not matter", async () => {
  expect(await answer({ nbf: seconds(3) })).toBe(401);
  expect(await answer({ iat: seconds(1000) })).toEqual({ "@int": "1" });
});

test("4: exactly one audience is Fauna's", async () => {
  const { audience } = fauna;
  expect(await answer({ aud: [audience, "https://other.example"] })).toEqual({ "@int": "1" });
  expect(await answer({ aud: [audience, audience] })).toBe(401);
  expect(await answer({ aud: [audience, `${FAUNA}yother`] })).toBe(401);
  expect(await answer({ aud: "https://other.example" })).toBe(401);
  expect(await answer({ aud: [audience, 5] })).toBe(500);
});

test.each([null, "", 5, ["a"]])("7: sub may be %j", async (sub) => {
  expect(await answer({ sub })).toEqual({ "@int": "1" });
});

test("7: integers of the claims are longs until they are counted with", async () => {
  const query = "let t: Any = Query.token()\n[t.n, t.n + 1, t.missing, Query.identity()]";
  expect(await answer({ n: 7 }, query)).toEqual([{ "@long": "7" }, { "@int": "8" }, null, null]);
});

test("8: without a role there is no access at all", async () => {
  expect(await answer({ deny: true })).toBe(401);
});

test("25: the schema is not for users", async () => {
  const answer = await fetch(`${fauna.url}/schema/1/files`, {
    headers: { authorization: await bearer({}) },
  });
  expect([answer.status, await answer.json()]).toEqual([
    403,
    { error: { message: "Access denied" } },
  ]);
});

test("27: in FQL v4 the identity is the subject, and the token the claims", async () => {
  const user = await bearer({ n: 7 });
  expect(await askV4({ current_identity: null }, user)).toEqual([200, "ann"]);
  expect(await askV4({ identity: null }, user)).toEqual([200, "ann"]);
  expect(await askV4({ select: "n", from: { current_token: null } }, user)).toEqual([200, 7]);
});

test("28: in FQL v4 denied is 403, also where nothing is", async () => {
  const todo = (id: string): object => ({ ref: { collection: "Todo" }, id });
  const [ann, bob] = [await bearer({}), await bearer({ sub: "bob" })];
  expect(await askV4({ select: ["data", "owner"], from: { get: todo("1") } }, ann)).toEqual([
    200,
    "ann",
  ]);
  expect(await askV4({ get: todo("1") }, bob)).toEqual([403, "permission denied"]);
  expect(await askV4({ get: todo("9") }, bob)).toEqual([403, "permission denied"]);
  expect(await askV4({ exists: todo("1") }, bob)).toEqual([200, false]);
  expect(await askV4({ get: todo("9") }, "Bearer secret")).toEqual([404, "instance not found"]);
});
