import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "../../../../test/support/ask";
import { startIssuer, type TestIssuer } from "../support/issuer";

/** Each predicate calls a function that calls itself without end. */
const ENDLESS = "endless(1) == true";

let issuer: TestIssuer;
let fauna: LocalFauna;
beforeAll(async () => {
  issuer = await startIssuer();
  fauna = await startLocalFauna({
    seed: [
      `Function.create({ name: "endless", signature: "(n: Any) => Any", body: "n => endless(n)" })`,
      `Collection.create({ name: "User" })`,
      `User.create({ id: 1 })`,
      `Collection.create({ name: "Note" })`,
      `Note.create({ id: 1, shown: true })`,
      `Note.create({ id: 2, shown: false })`,
    ],
    roles: [
      {
        name: "member",
        privileges: [{ resource: "Note", actions: { read: true } }],
        membership: [{ resource: "User", predicate: `u => ${ENDLESS}` }],
      },
      {
        name: "reader",
        privileges: [
          { resource: "Note", actions: { read: `n => n.shown == true || ${ENDLESS}` } },
          { resource: "endless", actions: { call: true } },
        ],
      },
    ],
    accessProviders: [
      {
        name: "Test",
        issuer: issuer.issuer,
        jwks_uri: issuer.jwksUri,
        roles: [{ role: "member", predicate: `jwt => ${ENDLESS}` }],
      },
    ],
  });
});
afterAll(() => Promise.all([fauna.close(), issuer.close()]));

async function secretOf(query: string): Promise<string> {
  return (await ask(fauna, fauna.secret, query)).data as string;
}

test("a membership with one has no members", async () => {
  const token = await secretOf(`Token.create({ document: User("1") }).secret`);
  expect(await ask(fauna, token, "Note.all().count()")).toMatchObject({ status: 200, data: 0 });
});

test("an access provider with one lets nobody in", async () => {
  const token = await issuer.sign({ aud: fauna.audience, sub: "ada" });
  expect(await ask(fauna, token, "1")).toMatchObject({ status: 401 });
});

async function eventsOf(secret: string, token: string): Promise<{ type: string; data: unknown }[]> {
  const response = await fetch(`${fauna.url}/feed/1`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify({ token }),
  });
  return ((await response.json()) as { events: { type: string; data: unknown }[] }).events;
}

test("events of documents that one judges are not told, and the others are", async () => {
  const key = await secretOf(`Key.create({ role: "reader" }).secret`);
  const { data: token } = await ask(fauna, key, "Note.all().eventSource()");
  for (const id of [1, 2])
    await ask(fauna, fauna.secret, `Note.byId(${id})!.update({ changed: true })`);
  expect(await eventsOf(key, token)).toMatchObject([
    { type: "update", data: { "@doc": { id: "1" } } },
  ]);
});

test.each(["where", "map"])(
  "events that a %s with one shows are an error of calls",
  async (step) => {
    const { data: token } = await ask(
      fauna,
      fauna.secret,
      `Note.all().${step}(n => ${ENDLESS}).eventSource()`,
    );
    await ask(fauna, fauna.secret, "Note.byId(1)!.update({ changed: false })");
    expect(await eventsOf(fauna.secret, token)).toMatchObject([
      {
        type: "error",
        error: {
          code: "stack_overflow",
          message: "number of stack frames exceeded limit of 2048",
        },
      },
    ]);
  },
);

test("a query of FQL v4 with one is aborted", async () => {
  const response = await fetch(fauna.url, {
    method: "POST",
    headers: { authorization: `Bearer ${fauna.secret}` },
    body: JSON.stringify({ call: "endless", arguments: 1 }),
  });
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { errors: [{ code: "transaction aborted" }] },
  ]);
});
