import { QueryClient } from "@tanstack/react-query";
import { fql } from "fauna";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import type { Identity } from "../../src/auth/identity";
import { isThereOrComing, leaveToBrowser, withSuspense } from "../../src/cache/suspense";
import { connect, nobodyYet, signedIn } from "../support/signed-in";

const ada = signedIn("ada");
const query = fql`1`;

interface Asked {
  isSuspense?: boolean;
  data?: unknown;
  fetchStatus?: "fetching";
}

/** Asks for the stale time as a hook does, of which some suspend. */
function ask(
  { staleTime }: { staleTime?: unknown },
  { isSuspense = true, data, ...state }: Asked = {},
): unknown {
  const cache = new QueryClient();
  const cached = cache
    .getQueryCache()
    .build(cache, { queryKey: ["a"], suspense: isSuspense } as never);
  if (data !== undefined) cached.setData(data);
  cached.setState(state);
  return (staleTime as (of: unknown) => unknown)(cached);
}

/** Options with a cache behind them, so that its defaults are known. */
function built(options: { identity?: Identity; of?: unknown; staleTime?: () => unknown } = {}) {
  const connection = connect(ada);
  connection.cache = new QueryClient();
  const { identity = ada.identity, of = query, ...rest } = options;
  return withSuspense(connection, identity, of, rest);
}

const inBrowser = (): void => {
  vi.stubGlobal("window", {});
  onTestFinished(() => void vi.unstubAllGlobals());
};
const leaves = expect.objectContaining({ code: "browser_only" }) as Error;

test.each([
  [{ data: 1, fetchStatus: "idle" }, true],
  [{ data: undefined, fetchStatus: "fetching" }, true],
  [{ data: undefined, fetchStatus: "idle" }, false],
  [{ data: undefined, fetchStatus: "paused" }, false],
])("a server's render can show %j: %o", (state, can) => {
  expect(isThereOrComing(state as never)).toBe(can);
});

test("a boundary that is left to the browser is no failure to React, nor to Next.js", () => {
  const text = "A server sends no queries: this <Suspense> renders in the browser.";
  const error = expect.objectContaining({
    code: "browser_only",
    digest: "BAILOUT_TO_CLIENT_SIDE_RENDERING",
    cause: text,
    message: expect.stringContaining(text) as string,
    [Symbol.for("react.recoverable")]: true,
  }) as Error;
  expect(leaveToBrowser).toThrow(error);
});

describe("TanStack's own Suspense hook", () => {
  test("leaves a query that a server has not prefetched to the browser", () => {
    expect(() => ask(built())).toThrow(leaves);
  });

  test("asks in a browser", () => {
    inBrowser();
    expect(ask(built({ staleTime: () => 5 }))).toBe(5);
    expect(ask(built())).toBeUndefined();
  });

  test("shows what there is on a server", () => {
    expect(ask(built({ staleTime: () => 5 }), { data: "there" })).toBe(5);
  });

  test("shows what there is even if nobody says of whom", () => {
    expect(ask(built({ identity: nobodyYet.identity }), { data: "there" })).toBeUndefined();
  });

  test("waits on a server for what is on its way", () => {
    expect(ask(built({ staleTime: () => 5 }), { fetchStatus: "fetching" })).toBe(5);
  });

  test("refuses a skipped query everywhere", () => {
    inBrowser();
    expect(() => ask(built({ of: null }))).toThrow(
      expect.objectContaining({ code: "not_a_query" }) as Error,
    );
  });

  test("waits for nobody on a server of whom nobody says who it is", () => {
    for (const identity of [
      nobodyYet.identity,
      Object.assign(Object.create(ada.identity) as Identity, { hashKey: () => "" }),
    ])
      expect(() => ask(built({ identity }))).toThrow(leaves);
  });
});

test("other hooks are not asked", () => {
  expect(ask(built({ staleTime: () => 5 }), { isSuspense: false })).toBe(5);
  expect(ask(built({ of: null }), { isSuspense: false })).toBeUndefined();
});

describe("without a provider", () => {
  test("the options of a query of a known user keep the app's default", () => {
    const options = {};
    expect(withSuspense(connect(ada), ada.identity, query, options)).toBe(options);
  });

  test("a skipped query is refused all the same, and nobody is waited for", () => {
    const skipped = withSuspense(connect(ada), ada.identity, null, {});
    expect(() => ask(skipped)).toThrow(expect.objectContaining({ code: "not_a_query" }) as Error);
    const nobodys = withSuspense(connect(nobodyYet), nobodyYet.identity, query, { a: 1 });
    expect(nobodys).toMatchObject({ a: 1 });
    expect(() => ask(nobodys as object)).toThrow(leaves);
  });
});
