import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const ENTRIES = {
  "/clerk-react": "clerk-react",
  "/fetch": "fetch",
  "/react": "react",
  "/v4": "v4",
  "/serializer": "serializer",
  "/local": "local",
};

/** Where the tests' `fauna-clerk` comes from: the sources or a build. */
const library = (root: string, extension: string): { find: RegExp; replacement: string }[] => [
  ...Object.entries(ENTRIES).map(([entry, file]) => ({
    find: new RegExp(`^fauna-clerk${entry}$`),
    replacement: path(`${root}/${file}${extension}`),
  })),
  { find: /^fauna-clerk$/, replacement: path(`${root}/index${extension}`) },
];
const sources = library("./src", "");

const REACT_PACKAGES =
  /^(react|react-dom|@testing-library\/react|@tanstack\/react-query|@tanstack\/react-query-persist-client|@clerk\/clerk-react|@clerk\/react)(\/|$)/;

/** Resolves everything that depends on React from the folder that has React 18. */
const react18: Plugin = {
  name: "react18",
  enforce: "pre",
  resolveId(source) {
    if (!REACT_PACKAGES.test(source)) return null;
    return this.resolve(source, path("./test/react18/package.json"), { skipSelf: true });
  },
};

/** Each entry and each hook once: another format may differ in how its modules find each other, not in what they do. */
const ONE_OF_EACH = [
  "authorized-fetch",
  "auth-gates",
  "create-fauna-client",
  "driver-errors",
  "entries",
  "fauna-client",
  "hydration",
  "identity-change",
  "infinite-local",
  "integration/*",
  "live-events",
  "live-query",
  "live-suspense",
  "mutation",
  "persistence",
  "prefetch",
  "server-rendering",
  "stream",
  "suspense-server",
  "suspense-transitions",
  "transport",
  "use-fauna-auth",
  "use-fauna-cache",
].map((file) => `test/react/${file}.test.tsx`);

const react = (
  name: string,
  more: Partial<TestProjectInlineConfiguration> & { inline?: boolean; include?: string[] } = {},
): TestProjectInlineConfiguration => {
  const { inline, include = ["test/react/**/*.test.tsx"], ...rest } = more;
  return {
    resolve: { alias: sources },
    ...rest,
    test: {
      name,
      environment: "jsdom",
      include,
      setupFiles: ["test/support/setup-react.ts"],
      ...(inline && { server: { deps: { inline: true } } }),
    },
  };
};

const commonJs = createRequire(import.meta.url);

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias: sources },
        test: {
          name: "node",
          environment: "node",
          include: [
            "test/{auth,cli,drivers,errors,explain,fetch,live,local,query}/**/*.test.{ts,tsx}",
          ],
        },
      },
      {
        // What is published: needs a build.
        test: {
          name: "package",
          environment: "node",
          include: ["test/package/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "types",
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ["test/types/**/*.test-d.{ts,tsx}"],
            tsconfig: "test/types/tsconfig.json",
          },
        },
      },
      {
        // The example in Chromium: `npm run test:browser`.
        resolve: { alias: sources },
        test: {
          name: "browser",
          environment: "node",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      react("react19"),
      react("react18", { plugins: [react18], inline: true }),
      react("dist-esm", { resolve: { alias: library("./dist", ".js") } }),
      react("dist-cjs", {
        include: ONE_OF_EACH,
        resolve: {
          alias: [
            ...library("./dist", ".cjs"),
            // The CommonJS build gets the CommonJS build of what has a context, so the tests have to take the same.
            ...[
              "@tanstack/react-query",
              "@tanstack/react-query-persist-client",
              "@clerk/clerk-react",
              "@clerk/react",
            ].map((name) => ({
              find: new RegExp(`^${name}$`),
              replacement: commonJs.resolve(name),
            })),
          ],
        },
      }),
    ],
  },
});
