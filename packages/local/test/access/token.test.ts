import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask } from "../../../../test/support/ask";

let fauna: LocalFauna;

beforeEach(async () => {
  const mine = "d => d.owner == Query.identity()";
  fauna = await startLocalFauna({
    seed: [
      `Collection.create({ name: "User" })`,
      `Collection.create({ name: "Todo" })`,
      `User.create({ id: "1", active: true })`,
      `User.create({ id: "2", active: false })`,
      `Todo.create({ id: "10", owner: User("1") })`,
      `Todo.create({ id: "20", owner: User("2") })`,
    ],
    roles: [
      {
        name: "member",
        membership: [{ resource: "User", predicate: "u => u.active" }],
        privileges: [{ resource: "Todo", actions: { read: mine } }],
      },
    ],
  });
});
afterEach(() => fauna.close());

async function answer(query: string, secret = fauna.secret): Promise<unknown> {
  const { data, error } = await ask(fauna, secret, query);
  return error?.code ?? data;
}

async function tokenFor(id: string): Promise<string> {
  return (await answer(`Token.create({ document: User("${id}") }).secret`)) as string;
}

test("a token acts as its document", async () => {
  const token = await tokenFor("1");
  expect(await answer("Query.identity() == User.byId('1')", token)).toBe(true);
  expect(await answer("Query.identity()!.id", fauna.secret)).toBe("null_value");
  expect(await answer("Todo.all().map(.id).toArray()", token)).toEqual(["10"]);
});

test("a document is a member of a role only while the predicate is true for it", async () => {
  expect(await answer("Todo.all().count()", await tokenFor("2"))).toBe(0);
});

test("a token ends with its document, and when it is deleted", async () => {
  const [first, second] = [await tokenFor("1"), await tokenFor("1")];
  await answer(`Token.all().first()!.delete()`);
  expect(await answer("1", first)).toBe("unauthorized");
  expect(await answer("1", second)).toBe(1);
  await answer(`User.byId("1")!.delete()`);
  expect(await answer("1", second)).toBe("unauthorized");
});

test("an admin secret may act as a document too", async () => {
  expect(await answer("Todo.all().map(.id).toArray()", `${fauna.secret}:@doc/User/1`)).toEqual([
    "10",
  ]);
  expect(await answer("1", `${fauna.secret}:@doc/User/9`)).toBe("unauthorized");
});
