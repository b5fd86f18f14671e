import { Client, fql } from "fauna";
import faunadb from "faunadb";
import { describe, expect, test } from "vitest";

import { renderClients } from "../support/clients";
import { v4Expression } from "../support/drivers";
import { success } from "../support/fake-answers";
import { ada, bob, type FakeClerk } from "../support/fake-clerk";
import type { FakeFauna } from "../support/fake-fauna";
import { modes } from "../support/modes";
import { ownerOf } from "../support/watcher";

const { query: q } = faunadb;
const identity = v4Expression(q.CurrentIdentity());

/** Every request carried a token of its own, and getToken was asked as often. */
function expectFreshTokens({ requests }: FakeFauna, { getToken }: FakeClerk, count: number): void {
  expect(requests).toHaveLength(count);
  expect(new Set(requests.map(({ token }) => token)).size).toBe(count);
  expect(getToken).toHaveBeenCalledTimes(count);
}

describe.each(modes)("$mode", ({ wrap }) => {
  test("useFaunaClient returns the driver's own Client", async () => {
    const { clients } = await renderClients(ada, { wrap });
    expect(clients.v10).toBeInstanceOf(Client);
    expect(clients.v4).toBeInstanceOf(faunadb.Client);
  });

  test("useFaunaClient returns the same client for the provider's whole life", async () => {
    const { clerk, renders } = await renderClients(undefined, { wrap });
    clerk.become(ada);
    clerk.unload();
    clerk.become(bob);
    clerk.become(null);
    expect(renders.length).toBeGreaterThan(1);
    // StrictMode renders the first time twice, and throws the first of the two away.
    const kept = wrap === modes[0]?.wrap ? renders : renders.slice(1);
    expect(new Set(kept.map(({ v10 }) => v10)).size).toBe(1);
    expect(new Set(kept.map(({ v4 }) => v4)).size).toBe(1);
  });

  test("query sends a fresh token per request", async () => {
    const { fauna, clerk, clients } = await renderClients(ada, { wrap });
    await clients.v10.query(fql`1`);
    await clients.v10.query(fql`1`);
    expectFreshTokens(fauna, clerk, 2);
  });

  test("query of the v4 client sends a fresh token per request", async () => {
    const { fauna, clerk, clients } = await renderClients(ada, { wrap });
    expect(await clients.v4.query(identity)).toBe(ownerOf(ada));
    await clients.v4.query(identity);
    expectFreshTokens(fauna, clerk, 2);
  });

  test("paginate sends a fresh token per page", async () => {
    const { fauna, clerk, clients } = await renderClients(ada, { wrap });
    const pages = [{ data: ["a"], after: "1" }, { data: ["b"], after: "2" }, { data: ["c"] }];
    fauna.respond = (request, index) => success(request, { "@set": pages[index] });
    const items: unknown[] = [];
    for await (const page of clients.v10.paginate(fql`Todo.all()`)) items.push(...page);
    expect(items).toEqual(["a", "b", "c"]);
    expectFreshTokens(fauna, clerk, 3);
  });

  test("feed sends a fresh token for the event source and for each page", async () => {
    const { fauna, clerk, clients } = await renderClients(ada, { wrap });
    fauna.respond = (request, index) =>
      request.path === "/feed/1"
        ? { body: { events: [], cursor: `c${index}`, has_next: index < 3, stats: {} } }
        : success(request, { "@stream": "source" });
    let pages = 0;
    for await (const _page of clients.v10.feed(fql`Todo.all().eventSource()`)) pages++;
    expect(pages).toBe(3);
    expect(fauna.requests.map(({ path }) => path)).toEqual([
      "/query/1",
      "/feed/1",
      "/feed/1",
      "/feed/1",
    ]);
    expectFreshTokens(fauna, clerk, 4);
  });
});

describe("errors", () => {
  const requests = [
    { what: "query", ask: ({ v10 }) => v10.query(fql`1`) },
    { what: "v4 query", ask: ({ v4 }) => v4.query(identity) },
    { what: "paginate", ask: ({ v10 }) => v10.paginate(fql`1`).next() },
    {
      what: "feed",
      ask: ({ v10 }) =>
        v10
          .feed(fql`1`)
          [Symbol.asyncIterator]()
          .next(),
    },
    {
      what: "stream",
      ask: ({ v10 }) =>
        v10
          .stream(fql`1`)
          [Symbol.asyncIterator]()
          .next(),
    },
  ] as const satisfies readonly {
    what: string;
    ask(clients: Awaited<ReturnType<typeof renderClients>>["clients"]): Promise<unknown>;
  }[];

  test.each(requests)(
    "$what rejects with signed_out while nobody is signed in",
    async ({ ask }) => {
      const { fauna, clients } = await renderClients(null);
      await expect(ask(clients)).rejects.toMatchObject({ name: "TokenError", code: "signed_out" });
      expect(fauna.requests).toEqual([]);
    },
  );

  test.each(requests)(
    "$what rejects with identity_changed when the user changes",
    async ({ ask }) => {
      const { fauna, clerk, clients } = await renderClients(ada);
      const hold = fauna.hold();
      const answer = ask(clients);
      const outcome = expect(answer).rejects.toMatchObject({ code: "identity_changed" });
      await hold.reached();
      clerk.become(bob);
      await outcome;
    },
  );

  test.each(requests)("$what waits while Clerk is loading", async ({ ask }) => {
    const { fauna, clerk, clients } = await renderClients(undefined);
    fauna.respond = (request) => success(request, { "@stream": "source" });
    const asked = ask(clients).catch((error: unknown) => error);
    clerk.become(ada);
    await fauna.received(1);
    expect(fauna.requests[0]?.claims["sub"]).toBe("ada");
    clerk.become(null);
    await asked;
  });

  test("a secret passed by the app is refused, and nothing is sent", async () => {
    const { fauna, clients } = await renderClients(ada);
    await expect(clients.v10.query(fql`1`, { secret: "fnSecret" })).rejects.toMatchObject({
      code: "secret_not_allowed",
    });
    await expect(clients.v4.query(identity, { secret: "fnSecret" })).rejects.toMatchObject({
      code: "secret_not_allowed",
    });
    expect(fauna.requests).toEqual([]);
  });

  test("a v4 stream is refused with an error that says what to use instead", async () => {
    const { fauna, clients } = await renderClients(ada);
    const v4 = clients.v4 as unknown as InstanceType<typeof faunadb.Client>;
    const refused = new Promise((resolve) => {
      v4.stream(q.Ref(q.Collection("Todo"), "1"))
        .on("error", resolve)
        .start();
    });
    expect(await refused).toMatchObject({ code: "not_supported" });
    expect(fauna.requests).toEqual([]);
  });
});
