import { MutationObserver, QueryClient } from "@tanstack/react-query";
import { fql, type Query } from "fauna";
import { createFaunaClient, faunaMutationOptions, faunaQueryOptions } from "fauna-clerk";
import { faunaV4 } from "fauna-clerk/v4";
import faunadb from "faunadb";
import { describe, expect, test } from "vitest";

import { ownerIn } from "../support/fake-answers";
import { startFakeFauna } from "../support/fake-fauna";
import { makeToken } from "../support/token";
import { pausedMutation } from "../support/paused-mutation";

const { query: q } = faunadb;

async function setUp() {
  const fauna = await startFakeFauna();
  const client = createFaunaClient({
    endpoint: fauna.url,
    getToken: () => Promise.resolve(makeToken({ sub: "ada" })),
    userId: "ada",
    drivers: [faunaV4()],
  });
  return { fauna, client, cache: new QueryClient() };
}

const write = (title: string): Query<string> => fql<string>`add(${title})`;

test("a write goes through TanStack's own observer, without React", async () => {
  const { fauna, client, cache } = await setUp();
  const mutation = new MutationObserver(cache, faunaMutationOptions({ client }, write));
  await expect(mutation.mutate("x")).resolves.toBe(ownerIn({ sub: "ada" }));
  expect(fauna.requests).toHaveLength(1);
});

describe.each([undefined, ["add"]])(
  "a write with the app's key %s, restored from storage",
  (key) => {
    /** How options name the owner of a write. */
    const ownerNamedIn = ({ mutationKey, meta }: Options) =>
      (key ? meta?.["fauna"] : mutationKey) as string[];

    test("is sent once, for the identity that it was made for", async () => {
      const { fauna, client, cache } = await setUp();
      const options = faunaMutationOptions({ client }, write, key && { mutationKey: key });
      await restored(cache, options, key, ownerNamedIn(options)).continue();
      expect(fauna.requests).toHaveLength(1);
    });

    test("is not sent for another identity", async () => {
      const { fauna, client, cache } = await setUp();
      const options = faunaMutationOptions({ client }, write, key && { mutationKey: key });
      const [scope = "", endpoint = ""] = ownerNamedIn(options);
      const mutation = restored(cache, options, key, [scope, endpoint, '["signed-in","bob"]']);
      await expect(mutation.continue()).rejects.toMatchObject({ code: "identity_changed" });
      expect(fauna.requests).toHaveLength(0);
    });
  },
);

type Options = ReturnType<typeof faunaMutationOptions<string, string>>;

/** A mutation as TanStack makes it of a dehydrated one. */
function restored(
  cache: QueryClient,
  options: Options,
  key: string[] | undefined,
  owner: string[],
) {
  const stored = key ? { mutationKey: key, meta: { fauna: owner } } : { mutationKey: owner };
  return cache.getMutationCache().build(cache, { ...options, ...stored } as never, pausedMutation);
}

const texts: readonly { query: unknown; text: string }[] = [
  { query: fql`Todo.all()`, text: "Todo.all()" },
  { query: fql`Todo.byId(${"1"})`, text: 'Todo.byId("1")' },
  { query: fql`${fql`Todo.all()`}.take(${1})`, text: "Todo.all().take(1)" },
  { query: fql`f(${[1n, 2.5, "b"]})`, text: 'f([1, 2.5, "b"])' },
  { query: fql`f(${{ a: "1", b: fql`x()` }})`, text: 'f({ a: "1", b: x() })' },
  { query: fql`f(${'{"@int":"1"}'})`, text: 'f("{\\"@int\\":\\"1\\"}")' },
  { query: fql`f(${null})`, text: "f(null)" },
  { query: q.Call("f", 1), text: '{"call":"f","arguments":1}' },
];

test.each(texts)("invalidates is called with $text", async ({ query, text }) => {
  const { client, cache } = await setUp();
  const { queryKey } = faunaQueryOptions({ client }, query as Query<string>);
  cache.setQueryData(queryKey, "data");
  const asked: string[] = [];
  const invalidates = (fql: string): boolean => asked.push(fql) > 1;
  const options = faunaMutationOptions({ client }, write, { invalidates });
  await new MutationObserver(cache, options).mutate("x");
  expect(asked).toEqual([text]);
});
