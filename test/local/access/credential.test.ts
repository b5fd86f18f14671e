import { startLocalFauna, type LocalFauna } from "fauna-clerk/local";
import { afterEach, beforeEach, expect, test } from "vitest";

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

async function ask(query: string, secret = fauna.secret): Promise<unknown> {
  const answer = await fetch(`${fauna.url}/query/1`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify({ query }),
  });
  const { data, error } = (await answer.json()) as { data?: unknown; error?: { code: string } };
  return error?.code ?? data;
}
const mine = `Credential.byDocument(User("1"))!`;

test("a password opens a token of its document, another one does not", async () => {
  const secret = (await ask(`${mine}.login("sesame").secret`)) as string;
  expect(await ask(`Query.identity() == User("1")`, secret)).toBe(true);
  expect(await ask(`Token.byDocument(User("1"))!.document.id`)).toBe("1");
  expect(await ask(`${mine}.login("open")`)).toBe("invalid_secret");
  expect(await ask("Token.all().count()")).toBe(1);
});

test("a token may end by itself", async () => {
  const ended = `${mine}.login("sesame", Time.now().subtract(1, "hour"))`;
  await ask(ended);
  expect(await ask("Token.all().count()")).toBe(0);
});

test("a password is verified, changed, and kept by other changes", async () => {
  expect(await ask(`[${mine}.verify("sesame"), ${mine}.verify("")]`)).toEqual([true, false]);
  await ask(`${mine}.update({ data: { n: 1 } })`);
  expect(await ask(`${mine}.verify("sesame")`)).toBe(true);
  await ask(`${mine}.update({ password: "new" })`);
  expect(await ask(`[${mine}.verify("sesame"), ${mine}.verify("new")]`)).toEqual([false, true]);
});

test("a password is never shown", async () => {
  expect(await ask(mine)).not.toHaveProperty("password");
  expect(await ask(`${mine}.password`)).toBeNull();
});

test("a document without a credential has none", async () => {
  expect(await ask(`Credential.byDocument(User("2"))`)).toBeNull();
});
