import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startIssuer, type TestIssuer } from "../../packages/local/test/support/issuer";
import { ask } from "../support/ask";

// Who gets in, and what FQL v4 calls, goes as deep as on the server, which was asked for the most calls of each. Beyond
// some 400 that takes a second thread, which only the build has: see deep-queries.test.ts.

let issuer: TestIssuer;
let fauna: LocalFauna;
let reader: string;
beforeAll(async () => {
  issuer = await startIssuer();
  fauna = await startLocalFauna({
    seed: [
      `Function.create({ name: "rec", signature: "(n: Any) => Any", body: "n => if (n == 0) true else rec(n - 1)" })`,
      `Collection.create({ name: "Note", fields: { n: { signature: "Any" } }, wildcard: "Any" })`,
      `Collection.create({ name: "User", fields: { n: { signature: "Any" } } })`,
    ],
    roles: [
      { name: "reader", privileges: [{ resource: "Note", actions: { read: "d => rec(d.n)" } }] },
      {
        name: "member",
        privileges: [{ resource: "User", actions: { read: true } }],
        membership: [{ resource: "User", predicate: "u => rec(u.n)" }],
      },
    ],
    accessProviders: [
      {
        name: "Test",
        issuer: issuer.issuer,
        jwks_uri: issuer.jwksUri,
        roles: [{ role: "member", predicate: "jwt => rec(jwt.n)" }],
      },
    ],
  });
  reader = await dataOf(`Key.create({ role: "reader" }).secret`);
});
afterAll(() => Promise.all([fauna.close(), issuer.close()]));

async function dataOf(query: string): Promise<any> {
  const { data, summary } = await ask(fauna, fauna.secret, query);
  if (data === undefined) throw new Error(String(summary).slice(0, 1_000));
  return data;
}

const make = (coll: string, n: number): Promise<string> => dataOf(`${coll}.create({ n: ${n} }).id`);

test("a membership and a role of an access provider judge as deep as on the server", async () => {
  for (const n of [2_048, 2_049]) {
    const id = await make("User", n);
    const secret = await dataOf(`Token.create({ document: User.byId("${id}")! }).secret`);
    const jwt = await issuer.sign({ aud: fauna.audience, sub: "ada", n });
    const query = `User.byId("${id}")?.n`;
    const [member, user] = [await ask(fauna, secret, query), await ask(fauna, jwt, query)];
    const [seen, status] = n === 2_048 ? [n, 200] : [null, 401];
    expect([member.data, user.status]).toEqual([seen, status]);
  }
});

const OVERFLOW = "number of stack frames exceeded limit of 2048";

describe("FQL v4", () => {
  const v4 = async (query: unknown, secret = fauna.secret): Promise<any> =>
    (
      await fetch(fauna.url, {
        method: "POST",
        headers: { authorization: `Bearer ${secret}` },
        body: JSON.stringify(query),
      })
    ).json();
  const ref = (id: string): object => ({ ref: { collection: "Note" }, id });

  test("calls as deep as on the server", async () => {
    expect(await v4({ call: "rec", arguments: 2_049 })).toEqual({ resource: true });
    expect(await v4({ call: "rec", arguments: 2_050 })).toEqual({
      errors: [{ position: [], code: "transaction aborted", description: OVERFLOW }],
    });
  });

  test("reads what a predicate allows far down", async () => {
    const [good, bad] = [await make("Note", 2_048), await make("Note", 2_049)];
    expect(await v4({ get: ref(good) }, reader)).toMatchObject({
      resource: { data: { n: 2_048 } },
    });
    expect(await v4({ get: ref(bad) }, reader)).toMatchObject({
      errors: [{ code: "permission denied" }],
    });
  });

  test("writes once what it writes far down", async () => {
    const write = {
      create: { collection: "Note" },
      params: { object: { data: { object: { n: 7, deep: { call: "rec", arguments: 1_500 } } } } },
    };
    expect(await v4(write)).toMatchObject({ resource: { data: { n: 7, deep: true } } });
    expect(await dataOf("Note.where(.n == 7).map(.deep).toArray()")).toEqual([true]);
  });
});
