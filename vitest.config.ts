import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import entries from "./entries.json" with { type: "json" };

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

/** With an SDK comes a React context, so it has to be the one of the React that is tested. */
const SDKS = entries.flatMap(({ sdk }) => sdk?.package ?? []);
const TANSTACK = ["@tanstack/react-query", "@tanstack/react-query-persist-client"];
const REACT_PACKAGES = ["react", "react-dom", "@testing-library/react", ...TANSTACK, ...SDKS];
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
            "test/{auth,drivers,errors,explain,fetch,live,query}/**/*.test.{ts,tsx}",
            "packages/*/test/**/*.test.{ts,tsx}",
          ],
        },
      },
      {
        // README and docs: blocks, links, tables. Needs no build.
        test: { name: "docs", environment: "node", include: ["test/docs/**/*.test.ts"] },
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
      react("dist-esm", { resolve: { alias: [...library("./dist", ".js"), local] } }),
      react("dist-cjs", {
        include: ONE_OF_EACH,
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
    ],
  },
});
