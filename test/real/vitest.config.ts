import { fileURLToPath } from "node:url";

import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { sources } from "../../vitest.config.ts";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** The same tests as elsewhere, but the Fauna that they start is a database of the real server. */
const real = [
  { find: /^@fauna-clerk\/local$/, replacement: path("./local.ts") },
  { find: /^.*\/hurry$/, replacement: path("./hurry.ts") },
  { find: /^.*\/live-clock$/, replacement: path("./live-clock.ts") },
];

const project = (
  name: string,
  include: string[],
  more: TestProjectInlineConfiguration["test"] = {},
): TestProjectInlineConfiguration => ({
  root: path("../.."),
  resolve: { alias: [...real, ...sources] },
  test: {
    name,
    include,
    globalSetup: path("./check-server.ts"),
    testTimeout: 300_000,
    hookTimeout: 120_000,
    ...more,
  },
});

export default defineConfig({
  root: path("../.."),
  test: {
    // The server needs the other core, and those tests that use its root database share it.
    maxWorkers: 1,
    projects: [
      // The others start no Fauna.
      project("live", [
        "test/live/**/!(rows|phase|scheduler|read-events|reconnecting|subscribe-fauna).test.ts",
      ]),
      project("cli", ["packages/cli/test/{init*,doctor,doctor-run,fsl}.test.ts"]),
      project(
        "react",
        [
          "test/react/{live-query,infinite-local}.test.tsx",
          "test/react/{integration,live}/*.test.tsx",
        ],
        { environment: "jsdom", setupFiles: ["test/support/setup-react.ts"] },
      ),
      project("queries", ["test/real/queries.test.ts"]),
      project("browser", ["test/browser/{live,todo}.test.ts"]),
    ],
  },
});
