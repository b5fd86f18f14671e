// @vitest-environment node
import { QueryClient } from "@tanstack/react-query";
import { fql } from "fauna";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { createTokens, type Tokens } from "../../src/auth/fetch-with-token";
import { type AuthState, createIdentity } from "../../src/auth/identity";
import { createIdentityStore } from "../../src/auth/identity-store";
import { faunaQueryOptions } from "../../src/cache/query-options";
import { createConnection } from "../../src/client/connection";
import { createTransport, PLACEHOLDER_SECRET } from "../../src/client/transport";
import { makeToken } from "../support/token";

// A network that has just been lost may leave the request for a file unanswered.
const hung = vi.hoisted(() => {
  const ends: ((error: Error) => void)[] = [];
  const load = () => new Promise<never>((_, reject) => ends.push(reject));
  return { ends, load };
});
vi.mock("../../src/auth/refresh", hung.load);
vi.mock("../../src/auth/unauthorized-reasons", hung.load);
vi.mock("../../src/cache/while-loading", hung.load);
vi.mock("../../src/client/v10-stream", hung.load);

const stateOf = (userId: string): AuthState => ({
  identity: createIdentity("signed-in", "fauna", { userId }),
  template: "fauna",
  getToken: async () => makeToken({ sub: userId }),
});

const LIMIT_MS = 5000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.stubGlobal("fetch", async () => new Response(null, { status: 401 }));
  onTestFinished(async () => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    // Vitest loads the file itself while it waits for the mock.
    for (const end of hung.ends.splice(0)) end(new TypeError("Failed to fetch"));
    await new Promise((resume) => setTimeout(resume));
  });
});

/** A request whose token is refused, and what has become of it. */
function refused(tokens: Partial<Tokens> = {}) {
  const store = createIdentityStore(stateOf("ada"));
  const all = { ...createTokens(store, LIMIT_MS), ...tokens };
  const transport = createTransport(new URL("https://fauna.test"), store, all);
  const caller = new AbortController();
  const sent = (timeout?: number): Promise<unknown> =>
    transport
      .send(`Bearer ${PLACEHOLDER_SECRET}`, "/query/1", {
        method: "POST",
        headers: {},
        signal: caller.signal,
        timeout,
      })
      .catch((error: unknown) => error);
  return { store, caller, sent };
}

/** As if the newer token had been refused, too. */
const twice: Partial<Tokens> = {
  fetchWithToken(running, send) {
    const sent = send("token").then(() => send("newer", true));
    return running.until(sent);
  },
};

describe.each([
  ["the code that asks for a newer token", {}],
  ["the code that explains a 401", twice],
])("while %s hangs, a request ends", (_, tokens) => {
  test("with the caller's signal", async () => {
    const { caller, sent } = refused(tokens);
    const ended = sent();
    await vi.advanceTimersByTimeAsync(1);
    caller.abort(new Error("enough"));
    expect(await ended).toMatchObject({ message: "enough" });
  });

  test("with its identity", async () => {
    const { store, sent } = refused(tokens);
    const ended = sent();
    await vi.advanceTimersByTimeAsync(1);
    store.update(stateOf("bob"));
    expect(await ended).toMatchObject({ code: "identity_changed" });
  });
});

test("no newer token is waited for longer than the limit of tokens", async () => {
  const { sent } = refused();
  const ended = sent();
  await vi.advanceTimersByTimeAsync(LIMIT_MS);
  expect(await ended).toMatchObject({ code: "token_timeout" });
});

test("no explanation is waited for longer than the limit of the request", async () => {
  const { sent } = refused(twice);
  const ended = sent(LIMIT_MS);
  await vi.advanceTimersByTimeAsync(LIMIT_MS);
  expect(await ended).toMatchObject({ name: "TimeoutError" });
});

test("no query waits longer than the limit of tokens for the code that waits for Clerk", async () => {
  const loading = { ...stateOf("ada"), identity: createIdentity("loading", "fauna") };
  const connection = createConnection(
    { endpoint: "https://fauna.test", tokenTimeout: LIMIT_MS },
    loading,
  );
  const read = faunaQueryOptions({ client: connection.getClient() }, fql<string>`whoami()`);
  const fetched = new QueryClient().fetchQuery({ ...read, retry: false });
  const ended = fetched.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(LIMIT_MS);
  expect(await ended).toMatchObject({ code: "token_timeout" });
});

test.each([1, 3])(
  "close() ends a reader whose code is still loading, of %i attempts",
  async (attempts) => {
    const connection = createConnection(
      { endpoint: "https://fauna.test", client: { max_attempts: attempts } },
      stateOf("ada"),
    );
    const stream = connection.getClient().stream({ token: "source" } as never);
    const next = stream[Symbol.asyncIterator]().next();
    await vi.waitFor(() => expect(hung.ends).toHaveLength(1));
    stream.close();
    expect(await next).toEqual({ done: true, value: undefined });
  },
);
