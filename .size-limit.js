import { readdirSync } from "node:fs";

// What a browser loads, minified and gzipped, as an app's bundler does it (the build leaves minifying to that).
// What is imported on demand is not in it: a bundler makes files of their own of that.

/** Keeps to what loads at once. */
const onDemandApart = {
  name: "on-demand-apart",
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, external: true } : undefined,
    );
  },
};

const check = (name, imports, limit, external) => ({
  name,
  import: imports,
  path: Object.keys(imports),
  limit,
  gzip: true,
  modifyEsbuildConfig: (config) => ({
    ...config,
    format: "esm",
    target: "es2022",
    platform: "browser",
    define: { "process.env.NODE_ENV": '"production"' },
    mainFields: ["browser", "module", "main"],
    logLevel: "error",
    // Not by size-limit's `ignore`, to which belong all peers.
    external,
    plugins: [onDemandApart],
  }),
});

const PEERS = ["react", "react/jsx-runtime", "fauna", "@tanstack/react-query"];

/** What an app pays for React, the driver and TanStack Query, with or without this library. */
const THEIRS = 25.15;

/** The same with TanStack Query's hooks for writes, pages and Suspense. */
const ALL_THEIRS = 26.03;

/** What an app with useFaunaQuery pays for this library. */
const QUICK = 7.48;

/** What FaunaHydration adds to that. */
const HYDRATION = 0.8;

/** What reads events and changes rows. */
const ON_DEMAND = `dist/${readdirSync("dist").find((file) => /^on-demand-.*\.js$/.test(file))}`;

/** The names that an app imports from ".". */
const app = (...names) => ({ "dist/index.js": `{ ${names.join(", ")} }` });

const QUICK_START = ["FaunaProvider", "useFaunaQuery"];

const READS = [
  ...QUICK_START,
  ...["useFaunaAuth", "useFaunaClient", "faunaQueryOptions", "createFaunaClient"],
  ...["FaunaClerkError", "ConfigurationError", "isConfigurationError"],
  ...["TokenError", "isTokenError", "UnauthorizedError", "isUnauthorizedError"],
];

const ALL = [
  ...READS,
  ...["useFaunaMutation", "faunaMutationOptions", "isMaybeApplied", "useFaunaCache"],
  ...["useFaunaInfiniteQuery", "faunaInfiniteQueryOptions"],
  ...["useFaunaSuspenseQuery", "useFaunaSuspenseInfiniteQuery"],
  ...["usePrefetchFaunaQuery", "prefetchFaunaQuery"],
  ...["FaunaAuthenticated", "FaunaUnauthenticated", "FaunaAuthLoading"],
  ...["SerializationError", "isSerializationError"],
];

export default [
  check(
    "React, the driver and TanStack Query, without this library",
    { "test/package/size/peers.js": "*" },
    `${THEIRS} kB`,
    [],
  ),
  check(
    "the same with TanStack Query's hooks for writes, pages and Suspense",
    { "test/package/size/all-peers.js": "*" },
    `${ALL_THEIRS} kB`,
    [],
  ),
  check(
    "an app with useFaunaQuery, without React",
    app(...QUICK_START),
    "29.5 kB",
    PEERS.slice(0, 2),
  ),
  check("an app with useFaunaQuery", app(...QUICK_START), `${THEIRS + QUICK} kB`, []),
  check(
    "everything for reads: theirs and 8.1 kB of ours",
    app(...READS),
    `${THEIRS + 8.15} kB`,
    [],
  ),
  check(
    "writes, pages and Suspense too: theirs and 13.1 kB of ours",
    app(...ALL),
    `${ALL_THEIRS + 13.15} kB`,
    [],
  ),
  check(
    "what a server has prefetched: 0.8 kB beyond an app with useFaunaQuery",
    app(...QUICK_START, "FaunaHydration"),
    `${THEIRS + QUICK + HYDRATION} kB`,
    [],
  ),
  check(
    "live queries: 3.5 kB beyond an app with useFaunaQuery",
    app(...QUICK_START, "useFaunaLiveQuery"),
    `${THEIRS + QUICK + 3.5} kB`,
    [],
  ),
  // The driver is there already. All that follows events is loaded like this, and some of it is shared with the above.
  check("and what they load meanwhile", { [ON_DEMAND]: "*" }, "15.12 kB", PEERS),
  check("everything of ./v4", { "dist/v4.js": "*" }, "1.53 kB", [...PEERS, "faunadb"]),
  // What it shares with "." is in files of its own.
  check("everything of ./fetch that . has not", { "dist/fetch.js": "*" }, "1.2 kB", [
    ...PEERS,
    "./chunk-*",
  ]),
];
