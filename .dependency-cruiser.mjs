// Which file may import which, for values and types alike: `npm run check:imports`.
import { readFileSync } from "node:fs";

const entries = JSON.parse(readFileSync(new URL("entries.json", import.meta.url), "utf8"));

/** Each layer may import itself and the layers after it. `src/errors.ts` is below them all. */
const LAYERS = ["react", "live", "cache", "client", "auth"];
/** What runs on servers alone. Only entries import it. */
const SERVER = "^src/server/";
const ERRORS = "^src/errors\\.ts$";
const ENTRIES = ["^src/[^/]+$", ...entries.map(({ name }) => `^src/${name}\\.ts$`)];
const layer = (name) => `^src/${name}/`;
const aPackage = (name) => `node_modules/${name}/`;

const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

/** The parts of FQL in the local Fauna: each knows those in front of it alone. */
const FQL = [
  ["values", "(?:values/|source\\.)"],
  ["syntax", "(?:parser/|ast|summary|errors|quote|printer|print-type)"],
  ["model", "model/"],
  ["sets", "sets/"],
  ["stdlib", "stdlib/"],
  ["evaluator", "evaluator/"],
];
const LOCAL = "^packages/local/src/";
const fqlLayers = FQL.map(([name, path], depth) =>
  rule(
    `fql-${name}`,
    `Imports point one way: ${FQL.map(([each]) => each).join(" ← ")} ← the run of a query ← endpoints.`,
    { path: `${LOCAL}fql/${path}` },
    {
      path: [
        ...FQL.slice(depth + 1).map(([, above]) => `${LOCAL}fql/${above}`),
        `${LOCAL}fql/(?:run-query|evaluate-predicate|type-check|index)`,
        `${LOCAL}(?:access|wire|http|v4|schema|streams|persist|proxy|clerk|large-stack)/`,
        `${LOCAL}[^/]+$`,
      ],
    },
  ),
);

/** Packages that only these files may import. */
const only = (what, path, allowed, more = {}) =>
  rule(
    `only-${what}`,
    `Only ${allowed.join(", ")} may.`,
    { path: "^(src|packages/[a-z]+/src)/", pathNot: allowed },
    { path, ...more },
  );

const oneWay = LAYERS.map((name, depth) => {
  const above = LAYERS.slice(0, depth).map(layer);
  return rule(
    `layer-${name}`,
    `Imports point one way: ${LAYERS.join(" → ")} → errors. Entries import all, and nothing imports an entry.`,
    { path: layer(name) },
    { path: [...above, ...ENTRIES], pathNot: ERRORS },
  );
});

const sdks = entries.flatMap(({ name, sdk }) =>
  sdk ? only(name, aPackage(sdk.package), [`^src/${name}\\.ts$`]) : [],
);

export default {
  forbidden: [
    rule(
      "no-circle",
      "Files that import each other are one file, or a third is missing.",
      { path: ["^src/", "^packages/cli/src/"] },
      { circular: true },
    ),
    rule(
      "no-circle-of-values",
      "The local servers have circles of types only.",
      { path: "^packages/local/src/" },
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    ),
    rule(
      "layer-errors",
      "Errors import nothing of the library.",
      { path: ERRORS },
      { path: "^src/" },
    ),
    ...oneWay,
    rule(
      "layer-server",
      "The server's part stands beside the hooks, which it must not reach: React's servers have no hooks.",
      { path: SERVER },
      { path: [layer("react"), ...ENTRIES], pathNot: ERRORS },
    ),
    rule(
      "server-apart",
      "Browsers do not load what is for servers.",
      { path: LAYERS.map(layer) },
      { path: SERVER },
    ),
    rule(
      "library-alone",
      "The library needs nothing of the other packages.",
      { path: "^src/" },
      { path: "^packages/" },
    ),
    rule(
      "local-alone",
      "The local servers need nothing of the library and of the command line.",
      { path: "^packages/local/", pathNot: "^packages/local/test/" },
      { path: ["^src/", "^packages/cli/"] },
    ),
    rule(
      "cli-explains",
      "Of the library the command line takes the explanations of a 401 alone.",
      { path: "^packages/cli/src/" },
      { path: "^src/", pathNot: ["^src/auth/(unauthorized-reasons|jwt)\\.ts$", ERRORS] },
    ),
    rule(
      "cli-explains-once",
      "Import packages/cli/src/explain.ts.",
      { path: "^packages/cli/src/", pathNot: "^packages/cli/src/explain\\.ts$" },
      { path: "^src/" },
    ),
    ...fqlLayers,
    rule(
      "local-store",
      "The store keeps values, and knows nothing of queries.",
      { path: `${LOCAL}store/` },
      { path: `${LOCAL}(?!store/|fql/values/)` },
    ),
    rule(
      "local-types",
      "The type check knows texts and their places, not how they are evaluated.",
      { path: "^packages/local/src/types/" },
      {
        path: "^packages/local/src/(?!types/|fql/(?:ast|source|summary|errors|quote|print-type|parser/|values/))",
      },
    ),
    rule(
      "cli-local",
      "Import @fauna-clerk/local, not its insides.",
      { path: "^packages/cli/" },
      { path: "^packages/local/src/", pathNot: "^packages/local/src/index\\.ts$" },
    ),
    ...sdks,
    only("no-clerk", aPackage("@clerk"), sdks.map(({ from }) => from.pathNot).flat()),
    only("fauna", aPackage("fauna"), [
      ERRORS,
      ...["client", "cache", "live", "react"].map(layer),
      SERVER,
    ]),
    only("faunadb", aPackage("faunadb"), ["^src/client/v4-driver\\.ts$"]),
    only("react", aPackage("react(-dom)?"), [
      layer("react"),
      ...entries
        .filter(({ sdk, framework }) => sdk ?? framework)
        .map(({ name }) => `^src/${name}\\.ts$`),
    ]),
    // Types are free: they tie nothing together when the code runs.
    only("tanstack", aPackage("@tanstack"), ["cache", "live", "react"].map(layer), {
      dependencyTypesNot: ["type-only"],
    }),
    only("jose", aPackage("jose"), ["^packages/"]),
    only("prompts", aPackage("@clack"), ["^packages/cli/"]),
    rule(
      "no-node",
      "The library runs in browsers.",
      { path: "^src/" },
      { dependencyTypes: ["core"] },
    ),
    rule(
      "no-dev",
      "What is published needs what is installed with it.",
      { path: "^(src|packages/[a-z]+/src)/" },
      { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["npm", "npm-peer", "type-only"] },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { conditionNames: ["import", "require", "node", "default", "types"] },
  },
};
