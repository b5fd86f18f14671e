import { expect, test } from "vitest";

const runtime = [
  "ConfigurationError",
  "FaunaClerkError",
  "FaunaProvider",
  "TokenError",
  "UnauthorizedError",
  "createFaunaClient",
  "faunaQueryOptions",
  "isConfigurationError",
  "isTokenError",
  "isUnauthorizedError",
  "useFaunaAuth",
  "useFaunaClient",
  "useFaunaQuery",
];

const entries: readonly { entry: string; names: string[]; load(): Promise<object> }[] = [
  { entry: "fauna-clerk", names: runtime, load: () => import("fauna-clerk") },
  {
    entry: "fauna-clerk/clerk-react",
    names: runtime,
    load: () => import("fauna-clerk/clerk-react"),
  },
  { entry: "fauna-clerk/react", names: runtime, load: () => import("fauna-clerk/react") },
  { entry: "fauna-clerk/v4", names: ["faunaV4"], load: () => import("fauna-clerk/v4") },
  {
    entry: "fauna-clerk/local",
    names: ["startLocalClerk", "startLocalFauna"],
    load: () => import("fauna-clerk/local"),
  },
];

test.each(entries)("$entry exports exactly its public names", async ({ names, load }) => {
  expect(Object.keys(await load()).sort()).toEqual(names);
});
