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

const quickStart = { "dist/index.js": "{ FaunaProvider, useFaunaQuery }" };

export default [
  check(
    "React, the driver and TanStack Query, without this library",
    { "test/package/size/peers.js": "*" },
    `${THEIRS} kB`,
    [],
  ),
  check("an app with useFaunaQuery: theirs and 5 kB of ours", quickStart, `${THEIRS + 5} kB`, []),
  check("the same without React", quickStart, "28 kB", PEERS.slice(0, 2)),
  check("everything of .", { "dist/index.js": "*" }, "10.8 kB", PEERS),
  check("everything of ./v4", { "dist/v4.js": "*" }, "2.5 kB", [...PEERS, "faunadb"]),
  // What it shares with "." is in files of its own.
  check("everything of ./fetch that . has not", { "dist/fetch.js": "*" }, "1.5 kB", [
    ...PEERS,
    "./chunk-*",
  ]),
];
