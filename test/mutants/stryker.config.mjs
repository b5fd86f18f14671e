// The mutation tests of one folder of src, which `run.mjs` names in MUTATE.
import process from "node:process";
import { fileURLToPath } from "node:url";

const { MUTATE } = process.env;

export default {
  // By its path, because it is installed in this folder alone.
  plugins: [fileURLToPath(import.meta.resolve("@stryker-mutator/vitest-runner"))],
  testRunner: "vitest",
  // The projects' aliases hide from Vitest which tests are related to which sources.
  vitest: { configFile: "test/mutants/vitest.config.ts", related: false },
  mutate: [`src/${MUTATE}/**/*.{ts,tsx}`],
  coverageAnalysis: "perTest",
  concurrency: 2,
  // No test takes as long. A mutant that hangs does.
  timeoutMS: 30_000,
  reporters: ["clear-text", "progress-append-only"],
  clearTextReporter: { allowEmojis: false, logTests: false },
  ignorePatterns: ["/bench", "/dist", "/docs", "/packages/*/dist", "/test/{browser,package}"],
  tempDirName: "node_modules/.stryker",
};
