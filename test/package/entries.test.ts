import { afterAll, beforeAll, describe, expect, test } from "vitest";
import entries from "../../entries.json" with { type: "json" };
import { type Consumer, installPackages, OPTIONAL_PEERS, PEERS } from "./support/consumer";

const CORE = [
  "ConfigurationError",
  "FaunaAuthLoading",
  "FaunaAuthenticated",
  "FaunaClerkError",
  "FaunaClientOnly",
  "FaunaHydration",
  "FaunaProvider",
  "FaunaUnauthenticated",
  "SerializationError",
  "TokenError",
  "UnauthorizedError",
  "createFaunaClient",
  "faunaInfiniteQueryOptions",
  "faunaLiveInfiniteQueryOptions",
  "faunaLiveQueryOptions",
  "faunaMutationOptions",
  "faunaQueryOptions",
  "isConfigurationError",
  "isMaybeApplied",
  "isSerializationError",
  "isTokenError",
  "isUnauthorizedError",
  "prefetchFaunaQuery",
  "subscribeFauna",
  "useFaunaAction",
  "useFaunaAuth",
  "useFaunaCache",
  "useFaunaClaims",
  "useFaunaClient",
  "useFaunaEvents",
  "useFaunaInfiniteQuery",
  "useFaunaLiveInfiniteQuery",
  "useFaunaLiveQuery",
  "useFaunaMutation",
  "useFaunaQuery",
  "useFaunaSuspenseInfiniteQuery",
  "useFaunaSuspenseQuery",
  "usePrefetchFaunaQuery",
];
/** What runs without React. */
const SERVER = [
  ...CORE.filter((name) => /Error|^create|Options$/.test(name)),
  ...["createFaunaRequest", "faunaSerializer", "isMaybeApplied"],
].sort();
const sdkEntries = entries.filter(({ client, sdk, framework }) => client && (sdk ?? framework));
const EXPORTS: Record<string, readonly string[]> = {
  "fauna-clerk": CORE,
  ...Object.fromEntries(sdkEntries.map(({ name }) => [`fauna-clerk/${name}`, CORE])),
  "fauna-clerk/v4": ["faunaV4"],
  "fauna-clerk/fetch": ["createAuthorizedFetch", "useAuthorizedFetch"],
  "fauna-clerk/serializer": [
    "SerializationError",
    "createFaunaPersister",
    "faunaSerializer",
    "isSerializationError",
  ],
  "fauna-clerk/server": SERVER,
  "fauna-clerk/nextjs/server": [...SERVER, "createFaunaServer"].sort(),
  "@fauna-clerk/local": ["startFaultProxy", "startLocalClerk", "startLocalFauna"],
};

let consumer: Consumer;
beforeAll(() => {
  consumer = installPackages(
    ["fauna-clerk", "@fauna-clerk/local"],
    [...PEERS, ...OPTIONAL_PEERS, "jose"],
  );
});
afterAll(() => consumer.dispose());

const print = "console.log(JSON.stringify(Object.keys(entry).sort()))";
// In a CommonJS module's namespace.
const ours = (printed: string): string[] =>
  (JSON.parse(printed) as string[]).filter((name) => name !== "__esModule");

test("every entry is listed here", () => {
  const subpaths = entries.map(({ name }) => (name === "index" ? "" : `/${name}`));
  expect(Object.keys(EXPORTS)).toEqual(
    expect.arrayContaining(subpaths.map((path) => `fauna-clerk${path}`)),
  );
});

describe.each(Object.entries(EXPORTS))("%s", (entry, names) => {
  test("exports the same names to import and to require", () => {
    const imported = consumer.node(`import * as entry from "${entry}"; ${print}`, "module");
    const required = consumer.node(`const entry = require("${entry}"); ${print}`, "commonjs");
    expect(ours(imported)).toEqual(names);
    expect(ours(required)).toEqual(names);
  });
});

test("the server's entry runs where React has no hooks", () => {
  const use = (load: string): string =>
    `${load}; console.log(typeof createFaunaRequest({ endpoint: "http://localhost:1", auth: {} }).query)`;
  const imported = use('import { createFaunaRequest } from "fauna-clerk/server"');
  const required = use('const { createFaunaRequest } = require("fauna-clerk/server")');
  expect(consumer.node(imported, "module", "react-server").trim()).toBe("function");
  expect(consumer.node(required, "commonjs", "react-server").trim()).toBe("function");
});

test("errors are known by their guards across the two module formats", () => {
  const printed = consumer.node(
    `import { createRequire } from "node:module";
     import { createFaunaClient } from "fauna-clerk";
     const { isConfigurationError } = createRequire(import.meta.url)("fauna-clerk");
     try { createFaunaClient({ getToken: async () => null }) } catch (error) { console.log(isConfigurationError(error)) }`,
    "module",
  );
  expect(printed.trim()).toBe("true");
});

test("the v4 driver makes a client in Node, imported and required", () => {
  const use = `console.log(typeof createFaunaClient({
    endpoint: "http://localhost:1", getToken: async () => null, drivers: [faunaV4()],
  }).query)`;
  const imported = `import { createFaunaClient } from "fauna-clerk"; import { faunaV4 } from "fauna-clerk/v4"; ${use}`;
  const required = `const { createFaunaClient } = require("fauna-clerk"); const { faunaV4 } = require("fauna-clerk/v4"); ${use}`;
  expect(consumer.node(imported, "module").trim()).toBe("function");
  expect(consumer.node(required, "commonjs").trim()).toBe("function");
});
