import { fql } from "fauna";
import { createFaunaServer, type FaunaRequest } from "fauna-clerk/nextjs/server";
import { beforeEach, expect, test, vi } from "vitest";

import { startFakeFauna } from "../support/fake-fauna";
import { serverAuth } from "../support/server-auth";

/** What Next says of the request that is being answered: an object of headers for each. */
const current = vi.hoisted(() => ({ headers: new Headers(), auth: {} as object, calls: 0 }));

vi.mock("next/headers", () => ({ headers: async () => current.headers }));
vi.mock("@clerk/nextjs/server", () => ({
  auth: async () => {
    current.calls++;
    return current.auth;
  },
}));

const arrive = (userId: string, headers = {}): void =>
  void Object.assign(current, { headers: new Headers(headers), auth: serverAuth(userId) });

beforeEach(() => void (current.calls = 0));

test("all of a request share one Fauna, and so one token, and another request has another one", async () => {
  const fauna = await startFakeFauna();
  const getFauna = createFaunaServer({ endpoint: fauna.url });
  const ask = async (request: FaunaRequest): Promise<unknown> => (await request.query(fql`1`)).data;
  arrive("ada");
  const [first, second] = await Promise.all([getFauna(), getFauna()]);
  await Promise.all([ask(first), ask(second), ask(await getFauna())]);
  expect(new Set(fauna.requests.map(({ token }) => token)).size).toBe(1);
  expect(current.calls).toBe(1);
  arrive("bob");
  await expect(getFauna().then(ask)).resolves.toContain("bob");
  await expect(ask(first)).resolves.toContain("ada");
});

test("what the browser has written is seen", async () => {
  const fauna = await startFakeFauna();
  arrive("ada", { cookie: "a=b; fauna-txn=7" });
  await (await createFaunaServer({ endpoint: fauna.url })()).query(fql`1`);
  expect(fauna.requests[0]!.headers["x-last-txn-ts"]).toBe("7");
});

test("a failure of Clerk's is not kept for the request", async () => {
  const fauna = await startFakeFauna();
  const getFauna = createFaunaServer({ endpoint: fauna.url });
  arrive("ada");
  const { auth } = current;
  current.auth = Promise.reject(new Error("Clerk is down."));
  await expect(getFauna()).rejects.toThrow("Clerk is down.");
  current.auth = auth;
  await expect(getFauna()).resolves.toBeDefined();
});
