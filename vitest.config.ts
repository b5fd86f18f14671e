import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import entries from "./entries.json" with { type: "json" };
import { existing } from "./test/support/existing.ts";
import react18Packages from "./test/react18/package.json" with { type: "json" };

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Where the tests' `fauna-clerk` comes from: the sources or a build. */
const library = (root: string, extension: string): { find: RegExp; replacement: string }[] =>
  entries.map(({ name }) => ({
    find: name === "index" ? /^fauna-clerk$/ : new RegExp(`^fauna-clerk/${name}$`),
    replacement: path(`${root}/${name}${extension}`),
  }));
/** The local servers are always those of the sources: what is tested on a build is the library. */
const local = {
  find: /^@fauna-clerk\/local$/,
  replacement: path("./packages/local/src/index.ts"),
};
export const sources = [...library("./src", ""), local];

const SDKS = entries.flatMap(({ sdk }) => sdk?.package ?? []);
const TANSTACK = ["@tanstack/react-query", "@tanstack/react-query-persist-client"];
/** What depends on React, some of it by a context, so that it has to be the one of the React that is tested. */
const REACT_PACKAGES = Object.keys(react18Packages.dependencies);
const isOfReact = (source: string): boolean =>
  REACT_PACKAGES.some((name) => source === name || source.startsWith(`${name}/`));

/** Resolves everything that depends on React from the folder that has React 18. */
const react18: Plugin = {
  name: "react18",
  enforce: "pre",
  resolveId(source) {
    if (!isOfReact(source)) return null;
    return this.resolve(source, path("./test/react18/package.json"), { skipSelf: true });
  },
};

/** The folders of tests without React. */
const LAYERS = ["auth", "cache", "client", "errors", "live", "server"];

/** What React 18 can get wrong alone: effects that run twice, Suspense, hydration, servers, and Clerk's SDKs on it. */
const REACT_18 = [
  "fauna-hydration",
  "flicker",
  "hydration",
  "integration/clerk-and-fauna",
  "live-query",
  "live-server-rendering",
  "live-suspense",
  "mutation-identity",
  "one-request",
  "prefetch",
  "provider-unmount",
  "server-rendering",
  "suspense",
  "suspense-server",
  "suspense-transitions",
  "tanstack-suspense-server",
  "unmount",
];

/** What a build can get wrong alone: how its modules find each other, classes and contexts that exist twice, lazy chunks. */
const BUILD = [
  "authorized-fetch",
  "driver-errors",
  "entries",
  "integration/clerk-and-fauna",
  "live-query",
  "persistence",
  "stream",
  "transport",
  "unauthorized",
];

/**
 * Files that have a worker each: one runs React's renderer for servers beside that for browsers, which React remarks from
 * then on, one needs code that no other file has loaded, and the others count what is alive on the heap.
 */
const ALONE = existing([
  "test/client/hung-code.test.ts",
  "test/live/cuts.test.ts",
  "test/live/garbage.test.ts",
  "test/react/live/bursts.test.tsx",
  "test/react/suspense-server.test.tsx",
]);

/** Files with clerk-js, which goes on asking for tokens in the background: others may replace `fetch`. */
const WITH_CLERK = existing([
  "test/react/integration/clerk-and-fauna.test.tsx",
  "test/react/integration/graphql-clients.test.tsx",
  "test/react/integration/organization.test.tsx",
]);

/** All others share workers, because to load jsdom, React and Clerk takes longer than most tests. */
const SHARED = { isolate: false, exclude: [...ALONE, ...WITH_CLERK] };

/** No verdict depends on how long something takes: this only turns a hang into a failure. */
const PATIENT = {
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 60_000 } },
};

/** Projects of files with React: those that share workers, and those that may not or not with the others. */
const react = (
  name: string,
  files: string[] | "all",
  { test, ...rest }: Omit<TestProjectInlineConfiguration, "extends"> = {},
): TestProjectInlineConfiguration[] => {
  const some = (list: string[]): string[] =>
    files === "all" ? list : list.filter((file) => files.includes(file));
  const part = (
    suffix: string,
    include: string[],
    more: { isolate?: boolean; exclude?: string[] },
  ) => ({
    resolve: { alias: sources },
    ...rest,
    test: {
      ...PATIENT,
      ...test,
      ...more,
      name: name + suffix,
      include,
      environment: "jsdom",
      setupFiles: ["test/support/setup.ts", "test/support/setup-react.ts"],
    },
  });
  const include = files === "all" ? ["test/react/**/*.test.tsx"] : files;
  const parts = [
    part("", include, SHARED),
    part("-clerk", some(WITH_CLERK), { isolate: false }),
    part("-alone", some(ALONE), {}),
  ];
  return parts.filter(({ test: { include } }) => include.length > 0);
};

const files = (names: readonly string[]): string[] =>
  existing(names.map((name) => `test/react/${name}.test.tsx`));

/** The tests of types, checked by a TypeScript. */
const types = (name: string, typescript: string): TestProjectInlineConfiguration => ({
  test: {
    name,
    include: [],
    typecheck: {
      enabled: true,
      only: true,
      checker: path(`./node_modules/${typescript}/bin/tsc`),
      include: ["test/types/**/*.test-d.{ts,tsx}"],
      tsconfig: "test/types/tsconfig.json",
    },
  },
});

const commonJs = createRequire(import.meta.url);

const projects: TestProjectInlineConfiguration[] = [
  {
    resolve: { alias: sources },
    test: {
      ...PATIENT,
      ...SHARED,
      name: "node",
      setupFiles: ["test/support/setup.ts"],
      include: existing(LAYERS.map((layer) => `test/${layer}/**/*.test.ts`)),
    },
  },
  ...react("react19", "all"),
  {
    // The local servers and the CLI.
    resolve: { alias: sources },
    test: {
      ...PATIENT,
      isolate: false,
      name: "packages",
      setupFiles: ["test/support/setup.ts"],
      include: ["packages/*/test/**/*.test.ts"],
    },
  },
  // The local Clerk with Clerk's own SDKs.
  ...react(
    "packages-clerk",
    existing([
      "packages/local/test/clerk/react.test.tsx",
      "packages/local/test/clerk/sdk.test.tsx",
    ]),
  ),
  // TypeScript 7 takes a fifth of the time of 6, but apps have either.
  types("types", "typescript-7"),
  types("types-6", "typescript"),
  ...react("react18", files(REACT_18), {
    plugins: [react18],
    test: { server: { deps: { inline: true } } },
  }),
  ...react("dist-esm", files(BUILD), {
    resolve: { alias: [...library("./dist", ".js"), local] },
  }),
  ...react("dist-cjs", files(BUILD), {
    resolve: {
      alias: [
        ...library("./dist", ".cjs"),
        local,
        // The CommonJS build gets the CommonJS build of what has a context, so the tests have to take the same.
        ...[...TANSTACK, ...SDKS].map((name) => ({
          find: new RegExp(`^${name}$`),
          replacement: commonJs.resolve(name),
        })),
      ],
    },
  }),
  {
    // What is used of TanStack Query beyond its documentation, on the oldest version that the peer range allows.
    resolve: {
      alias: [
        {
          find: /^@tanstack\/react-query$/,
          replacement: path("./test/tanstack-floor/node_modules/@tanstack/query-core"),
        },
      ],
    },
    test: { ...PATIENT, name: "tanstack-floor", include: ["test/cache/tanstack.test.ts"] },
  },
  {
    // README and docs: blocks, queries, links, tables. Needs no build.
    resolve: { alias: sources },
    test: { ...PATIENT, name: "docs", include: ["test/docs/**/*.test.ts"] },
  },
  {
    // What is published: needs a build.
    test: {
      name: "package",
      include: ["test/package/**/*.test.ts"],
      testTimeout: 120_000,
      hookTimeout: 120_000,
    },
  },
  {
    // The example in Chromium: `npm run test:browser`.
    resolve: { alias: sources },
    test: {
      ...PATIENT,
      name: "browser",
      include: ["test/browser/**/*.test.ts"],
      // Twelve tabs at a time: `npm run test:tabs`.
      exclude: process.argv.includes("tabs") ? [] : existing(["test/browser/tabs.test.ts"]),
    },
  },
  {
    // The examples of frameworks that render on a server, in Chromium: `npm run test:frameworks`.
    resolve: { alias: sources },
    test: { ...PATIENT, name: "frameworks", include: ["test/frameworks/**/*.test.ts"] },
  },
  {
    // What engines differ in, in Chromium, Firefox and WebKit: `npm run test:engines`.
    resolve: { alias: sources },
    test: { ...PATIENT, name: "engines", include: ["test/engines/**/*.test.ts"] },
  },
];

/** Puts files of one environment one after another: a worker ends when the next file has another one. */
class ByEnvironment extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const keys = new Map(
      files.map((file) => [file, `${file.project.name} ${environmentOf(file)}`]),
    );
    const keyOf = (file: TestSpecification): string => keys.get(file) ?? "";
    return (await super.sort(files)).sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
  }
}

/** As the file's first line says; other files have the one of their project. */
const environmentOf = ({ moduleId }: TestSpecification): string =>
  /^\/\/ @vitest-environment (\w+)/.exec(readFileSync(moduleId, "utf8"))?.[1] ?? "";

export default defineConfig(({ mode }) => {
  // How many random cases property tests try: see test/support/runs.ts.
  process.env["TEST_RUNS"] ??= mode === "long" ? "50" : process.env["CI"] ? "2" : "1";
  if (mode === "long") {
    process.env["TEST_SEED"] ??= String(Math.floor(Math.random() * 2 ** 31));
    console.log(`TEST_SEED=${process.env["TEST_SEED"]}`);
  }
  // Builds that take long and have failed nowhere: `npm run test:frameworks:all`.
  if (mode === "all") process.env["TEST_ALL"] = "1";
  return {
    test: {
      projects,
      maxWorkers: "100%",
      sequence: { sequencer: ByEnvironment },
      experimental: { fsModuleCache: true },
    },
  };
});
