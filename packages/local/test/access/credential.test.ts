import { startLocalFauna, type LocalFauna } from "@fauna-clerk/local";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask } from "../../../../test/support/ask";

let fauna: LocalFauna;

beforeEach(async () => {
  fauna = await startLocalFauna({
    seed: [
      `Collection.create({ name: "User" })`,
      `User.create({ id: "1" })`,
      `User.create({ id: "2" })`,
      `Credential.create({ document: User("1"), password: "sesame" })`,
    ],
  });
});
afterEach(() => fauna.close());

async function answer(query: string, secret = fauna.secret): Promise<unknown> {
  const { data, error } = await ask(fauna, secret, query);
  return error?.code ?? data;
}
const mine = `Credential.byDocument(User("1"))!`;

test("a password opens a token of its document, another one does not", async () => {
  const secret = (await answer(`${mine}.login("sesame").secret`)) as string;
  expect(await answer(`Query.identity() == User("1")`, secret)).toBe(true);
  expect(await answer(`Token.byDocument(User("1")!).first()!.document.id`)).toBe("1");
  expect(await answer(`${mine}.login("open")`)).toBe("invalid_secret");
  expect(await answer("Token.all().count()")).toBe(1);
});

test("a token may end by itself", async () => {
  const ended = `${mine}.login("sesame", Time.now().subtract(1, "hour"))`;
  await answer(ended);
  expect(await answer("Token.all().count()")).toBe(0);
});

test("a password is verified, changed, and kept by other changes", async () => {
  expect(await answer(`[${mine}.verify("sesame"), ${mine}.verify("")]`)).toEqual([true, false]);
  await answer(`${mine}.update({})`);
  expect(await answer(`${mine}.verify("sesame")`)).toBe(true);
  await answer(`${mine}.update({ password: "new" })`);
  expect(await answer(`[${mine}.verify("sesame"), ${mine}.verify("new")]`)).toEqual([false, true]);
});

test("a password is never shown", async () => {
  expect(await answer(mine)).not.toHaveProperty("password");
  expect(await answer(`let hidden: Any = ${mine}\nhidden.password`)).toBeNull();
});

test("a document without a credential has none", async () => {
  expect(await answer(`Credential.byDocument(User("2"))`)).toBeNull();
});
