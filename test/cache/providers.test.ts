import { QueryClient, type QueryKey } from "@tanstack/react-query";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { identityKey } from "../../src/cache/keys";
import { compareSettings } from "../../src/cache/provider-settings";
import { addProvider, nextReader, providerOf } from "../../src/cache/providers";
import type { Connection, ConnectionOptions } from "../../src/client/connection";
import { TokenError } from "../../src/errors";
import { untilIdle } from "../support/idle";
import { connect, signedIn } from "../support/signed-in";

const [ada, bob] = [signedIn("ada"), signedIn("bob")];
const keyOf = (connection: Connection): QueryKey => [
  ...identityKey(connection, connection.identityStore.current().identity),
  "v10",
  "all",
];

describe("the provider that shows what is cached", () => {
  test("is one of the endpoint and the identity, while it is mounted", () => {
    const cache = new QueryClient();
    const [own, others, elsewhere] = [
      connect(ada),
      connect(bob),
      connect(ada, { endpoint: "https://other.test" }),
    ];
    const leave = addProvider(cache, own);
    for (const connection of [others, elsewhere]) addProvider(cache, connection);
    expect(providerOf(cache, keyOf(own))).toBe(own);
    expect(providerOf(cache, keyOf(others))).toBe(others);
    expect(providerOf(cache, keyOf(elsewhere))).toBe(elsewhere);
    expect(providerOf(new QueryClient(), keyOf(own))).toBeUndefined();
    expect(providerOf(cache)).toBeUndefined();
    leave();
    expect(providerOf(cache, keyOf(own))).toBeUndefined();
  });

  test("keeps its identity alive until it leaves", async () => {
    const connection = connect(ada);
    const onEnd = vi.fn();
    connection.identityStore.onEnd({}, onEnd);
    const [one, other] = [1, 2].map(() => addProvider(new QueryClient(), connection));
    one!();
    await Promise.resolve();
    expect(onEnd).not.toHaveBeenCalled();
    other!();
    await Promise.resolve();
    expect(onEnd).toHaveBeenCalledExactlyOnceWith(ada.identity, "left");
  });
});

describe("a read whose provider leaves", () => {
  const changed = new TokenError("identity_changed");

  test("goes on with another one that shows the same", () => {
    const cache = new QueryClient();
    const [left, other] = [connect(ada), connect(ada)];
    addProvider(cache, other);
    expect(nextReader(cache, left, keyOf(left), changed)).toBe(other);
  });

  test.each<[string, Connection | undefined, unknown]>([
    ["without another one", undefined, changed],
    ["if the other one is somebody else's", connect(bob), changed],
    ["if it has failed for another reason", connect(ada), new TokenError("token_missing")],
    ["if its server has failed", connect(ada), new Error("No.")],
  ])("fails %s", (_, other, error) => {
    const cache = new QueryClient();
    const left = connect(ada);
    if (other) addProvider(cache, other);
    expect(() => nextReader(cache, left, keyOf(left), error)).toThrow(error as Error);
  });

  test("fails if the only one is its own", () => {
    const cache = new QueryClient();
    const own = connect(ada);
    addProvider(cache, own);
    expect(() => nextReader(cache, own, keyOf(own), changed)).toThrow(changed);
  });
});

describe("providers of one cache", () => {
  const watchWarnings = () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    return warn;
  };
  const all = (...options: Partial<ConnectionOptions>[]): Set<Connection> =>
    new Set(options.map((each) => connect(ada, each)));

  test("are compared as soon as there are two", async () => {
    const warn = watchWarnings();
    const cache = new QueryClient();
    addProvider(cache, connect(ada, { tokenTimeout: 1 }));
    await vi.dynamicImportSettled();
    expect(warn).not.toHaveBeenCalled();
    addProvider(cache, connect(ada, { tokenTimeout: 2 }));
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1));
  });

  test("are not compared while there is only one", async () => {
    const readOptions = vi.fn(() => ({ endpoint: "https://fauna.test" }));
    const only = Object.defineProperty(connect(ada), "options", { get: readOptions });
    addProvider(new QueryClient(), only);
    await untilIdle();
    await vi.dynamicImportSettled();
    expect(readOptions).not.toHaveBeenCalled();
  });

  test("are not compared if one has left before that", async () => {
    const warn = watchWarnings();
    const cache = new QueryClient();
    addProvider(cache, connect(ada, { tokenTimeout: 1 }));
    addProvider(cache, connect(ada, { tokenTimeout: 2 }))();
    await vi.dynamicImportSettled();
    await new Promise((resolve) => setTimeout(resolve));
    expect(warn).not.toHaveBeenCalled();
  });

  test.each<[string, Partial<ConnectionOptions>]>([
    ["another time-out for tokens", { tokenTimeout: 5 }],
    ["other settings of live queries", { live: { pollInterval: 5 } }],
    ["other options of the client", { client: { query_timeout_ms: 5 } }],
  ])("are warned of once, if they have %s", (_, options) => {
    const warn = watchWarnings();
    const connections = all({}, options);
    compareSettings(connections);
    compareSettings(connections);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      "fauna-clerk: two FaunaProviders of one endpoint differ in client, live or tokenTimeout. " +
        "They share queries, and the first that asks decides how. Pass the same options.",
    );
  });

  test.each<[string, Partial<ConnectionOptions>]>([
    ["the same options", {}],
    ["other options that change keys", { client: { long_type: "bigint", format: "simple" } }],
    ["another typecheck", { client: { typecheck: true } }],
    ["another endpoint", { endpoint: "https://other.test", tokenTimeout: 5 }],
  ])("may have %s", (_, options) => {
    const warn = watchWarnings();
    compareSettings(all({}, options));
    expect(warn).not.toHaveBeenCalled();
  });
});
