import { fileURLToPath } from "node:url";

import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { existing } from "../support/existing.ts";
import { sources } from "../../vitest.config.ts";
import { startingFauna } from "./starting-fauna.ts";

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
    include: existing(include),
    globalSetup: [path("./check-names.ts"), path("./check-server.ts")],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    ...more,
  },
});

/** It measures what a hundred cuts leave on the heap, which no server changes. */
const CUTS = existing(["test/live/cuts.test.ts"]);

const REACT = { environment: "jsdom", setupFiles: ["test/support/setup-react.ts"] };

export default defineConfig({
  root: path("../.."),
  test: {
    // The server needs the other core, and those tests that use its root database share it.
    maxWorkers: 1,
    projects: [
      project("live", startingFauna("test/live"), { exclude: CUTS }),
      project("cli", [
        "packages/cli/test/init/*.test.ts",
        "packages/cli/test/doctor/checks.test.ts",
        "packages/cli/test/doctor/doctor.test.ts",
      ]),
      project(
        "react",
        [
          "test/react/live-query.test.tsx",
          "test/react/infinite-local.test.tsx",
          "test/react/integration/*.test.tsx",
          "test/react/live/*.test.tsx",
        ],
        { ...REACT, exclude: existing(["test/react/live/cuts.test.tsx"]) },
      ),
      // A live query may ask thirty times in its first minute, which passes here as it really does.
      project("react-cuts", ["test/react/live/cuts.test.tsx"], {
        ...REACT,
        env: { TEST_RUNS: "0.1" },
      }),
      project("queries", ["test/real/queries.test.ts"]),
      project("browser", ["test/browser/live.test.ts", "test/browser/todo.test.ts"]),
    ],
  },
});
