// What a browser loads, minified and gzipped. The build leaves minifying to the app's bundler; this does it.
const PEERS = ["react", "react/jsx-runtime", "fauna", "@tanstack/react-query"];

/** Leaves out what is imported on demand: an app's bundler makes files of their own of it. */
const onDemandApart = {
  name: "on-demand-apart",
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, external: true } : undefined,
    );
  },
};

const atOnce = {
  modifyEsbuildConfig: (config) => ({ ...config, format: "esm", plugins: [onDemandApart] }),
};

const checks = [
  { name: "own code of .", path: "index", ignore: PEERS, limit: "5 kB", ...atOnce },
  { name: "… with what it loads on demand", path: "index", ignore: PEERS, limit: "6.6 kB" },
  {
    name: "own code of ./clerk-react",
    path: "clerk-react",
    ignore: [...PEERS, "@clerk/clerk-react"],
    limit: "5.2 kB",
    ...atOnce,
  },
  {
    name: "own code of ./react",
    path: "react",
    ignore: [...PEERS, "@clerk/react"],
    limit: "5.2 kB",
    ...atOnce,
  },
  {
    name: "own code of ./v4",
    path: "v4",
    ignore: [...PEERS, "faunadb"],
    limit: "2 kB",
    ...atOnce,
  },
  {
    name: "a whole app: ., the driver and TanStack Query",
    path: "index",
    limit: "28 kB",
    // Not by `ignore`: to that belong all peers.
    modifyEsbuildConfig: (config) => atOnce.modifyEsbuildConfig({ ...config, external: ["react"] }),
  },
];

export default checks.map(({ path, ...check }) => ({
  ...check,
  path: `dist/${path}.js`,
  gzip: true,
}));
