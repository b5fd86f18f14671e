import { readFileSync } from "node:fs";

const read = (file) => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
const packagesOf = (folder) => {
  const { dependencies, devDependencies } = read(`${folder}/package.json`);
  return Object.keys({ ...dependencies, ...devDependencies });
};

const entries = read("entries.json");
const own = packagesOf(".");
const ofApps = entries.flatMap(({ app }) => (app ? packagesOf(app) : []));

export default {
  workspaces: {
    ".": {
      entry: [
        ...entries.map(({ name }) => `src/${name}.ts`),
        "test/**/*.test-d.{ts,tsx}",
        "bench/**/*.mjs",
        "examples/*/src/main.tsx",
        // Next's own conventions, and what it is started by.
        "examples/next/{next.config.ts,src/proxy.ts,src/app/**/{layout,page}.tsx}",
        "examples/react-router/{*.config.ts,app/{root,routes,todos,progress}.{ts,tsx}}",
        "test/browser/*/{main,garbage}.tsx",
        "test/metro/*.js",
        "test/tanstack-start/{vite.config.ts,src/{router,start}.{ts,tsx},src/routes/*.tsx}",
        "test/next-pages/{next.config.mjs,proxy.ts,app/**/{layout,page,route}.{ts,tsx}}",
        "test/engines/page/main.tsx",
        // Named by the script there.
        "test/mutants/{runner,vitest.config}.ts",
        // Named by the configuration of Vitest there.
        "test/real/{vitest.config,check-names,check-server,hurry,local,live-clock,queries.test}.ts",
      ],
      project: [
        "src/**/*.{ts,tsx}",
        "test/**/*.{ts,tsx,mjs}",
        "bench/**/*.{ts,tsx,mjs}",
        "examples/**/*.{ts,tsx}",
        ".ci/*.mjs",
      ],
    },
    "packages/local": {
      entry: ["conformance/{run,local-fauna}.mjs", "test/**/*.test.{ts,tsx}"],
      project: ["src/**/*.ts", "test/**/*.{ts,tsx}", "conformance/*.mjs"],
    },
    "packages/cli": {
      entry: ["test/**/*.test.ts"],
      project: ["src/**/*.ts", "test/**/*.ts"],
    },
  },
  // The frameworks write these when they run.
  ignoreUnresolved: [/^\.\/\+types\//, "./routeTree.gen"],
  // The packages of this repository, which npm links and the tests take from sources; what a test runs by its path;
  // what test/mutants has for itself, and the SDKs that need a whole framework.
  ignoreDependencies: [
    // What the apps in which frameworks are tested have for themselves, and what comes with that.
    ...ofApps.filter((name) => !own.includes(name)),
    "metro-cache",
    "@fauna-clerk/local",
    "pnpm",
    "@stryker-mutator/api",
    "@stryker-mutator/instrumenter",
    "typed-inject",
    // Installed where they are tested.
    ...entries.flatMap(({ framework }) => framework?.package ?? []),
  ],
  ignoreExportsUsedInFile: true,
};
