import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { createAuthorizedFetch, type CreateAuthorizedFetchOptions } from "fauna-clerk/fetch";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { startClerk } from "../support/clerk/start-clerk";
import { graphqlClients } from "../support/graphql-clients";
import { startGraphql } from "../support/graphql-server";

type GetToken = CreateAuthorizedFetchOptions["getToken"];

async function setUp() {
  const clerk = await startClerk();
  const server = await startGraphql(clerk);
  const getToken = vi.fn<GetToken>(({ template }) => clerk.mint("user_ada", template));
  const fetch = createAuthorizedFetch({ origin: server.origin, getToken });
  return { clerk, server, getToken, fetch };
}

/** Answers every request by sending it on. */
async function startRedirecting(to: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(307, { location: to }).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What was thrown, with what caused it: each client wraps in its own way. */
async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  const { message, cause, networkError } = error as Error & { networkError?: Error };
  return [message, cause, networkError].map(String).join("\n");
}

describe.each(graphqlClients)("$client", ({ create }) => {
  test("a request carries a token that the server verifies", async () => {
    const { server, fetch } = await setUp();
    expect(await create(server.url, fetch).whoAmI()).toBe("user_ada");
  });

  test("every request carries its own token", async () => {
    const { server, fetch, getToken } = await setUp();
    const client = create(server.url, fetch);
    await client.echo("one");
    await client.echo("two");
    expect(new Set(server.tokens).size).toBe(2);
    expect(getToken.mock.calls).toEqual([[{ template: "fauna" }], [{ template: "fauna" }]]);
  });

  test("after an expired token the whole request is sent again with a new one", async () => {
    const { clerk, server, fetch, getToken } = await setUp();
    getToken.mockImplementationOnce(() => clerk.mint("user_ada", "fauna", { lifetime: -60 }));
    expect(await create(server.url, fetch).echo("hello")).toBe("user_ada: hello");
    expect(server.tokens).toHaveLength(2);
    expect(getToken).toHaveBeenCalledTimes(2);
  });

  test("requests that are refused together share one forced refresh", async () => {
    const { clerk, server, fetch, getToken } = await setUp();
    // As Clerk does: what a forced refresh has brought is there for all.
    let cached = clerk.mint("user_ada", "fauna", { lifetime: -60 });
    getToken.mockImplementation(({ template, skipCache }) => {
      if (skipCache) cached = clerk.mint("user_ada", template);
      return cached;
    });
    const client = create(server.url, fetch);
    const texts = ["a", "b", "c", "d", "e"];
    const answers = await Promise.all(texts.map((text) => client.echo(text)));
    expect(answers).toEqual(texts.map((text) => `user_ada: ${text}`));
    expect(getToken.mock.calls.filter(([{ skipCache }]) => skipCache)).toHaveLength(1);
    expect(server.tokens).toHaveLength(10);
  });

  test("a second 401 is the client's error, and nothing more is sent", async () => {
    const { clerk, server, fetch, getToken } = await setUp();
    getToken.mockImplementation(() => clerk.mint("user_ada", "fauna", { lifetime: -60 }));
    expect(await failureOf(create(server.url, fetch).whoAmI())).toMatch(/401|Unauthorized/);
    expect(server.tokens).toHaveLength(2);
  });

  test("another server is refused, and gets nothing", async () => {
    const { clerk, fetch, getToken } = await setUp();
    const other = await startGraphql(clerk);
    const failure = await failureOf(create(other.url, fetch).whoAmI());
    expect(failure).toContain("[foreign_origin]");
    expect(failure).toContain(`not sent to ${other.origin}`);
    expect([other.tokens, getToken.mock.calls]).toEqual([[], []]);
  });

  test("a redirect to another server loses the token", async () => {
    const { clerk, getToken } = await setUp();
    const other = await startGraphql(clerk);
    const origin = await startRedirecting(other.url);
    const fetch = createAuthorizedFetch({ origin, getToken });
    await failureOf(create(`${origin}/graphql`, fetch).whoAmI());
    expect(new Set(other.tokens)).toEqual(new Set([undefined]));
  });

  test("a missing token is the client's error, with its cause", async () => {
    const { server, fetch, getToken } = await setUp();
    getToken.mockRejectedValue(Object.assign(new Error("gone"), { status: 404 }));
    const failure = await failureOf(create(server.url, fetch).whoAmI());
    expect(failure).toContain("[template_not_found]");
    expect(server.tokens).toEqual([]);
  });
});
