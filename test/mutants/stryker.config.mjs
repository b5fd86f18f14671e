// One pass of mutation tests: `run.mjs` says in PASS what is mutated, and which tests have to notice it.
import process from "node:process";
import { fileURLToPath } from "node:url";

const { mutate, report, concurrency } = JSON.parse(process.env.PASS);

export default {
  // By its path, because it is installed in this folder alone.
  plugins: [fileURLToPath(import.meta.resolve("@stryker-mutator/vitest-runner"))],
  testRunner: "vitest",
  // The projects' aliases hide from Vitest which tests are related to which sources.
  vitest: { configFile: "test/mutants/vitest.config.ts", related: false },
  mutate,
  coverageAnalysis: "perTest",
  concurrency,
  // Only what hangs the whole process takes as long: a single test ends sooner.
  timeoutMS: 30_000,
  reporters: ["json", "progress-append-only"],
  jsonReporter: { fileName: report },
  ignorePatterns: [
    "/{bench,bin,dist,docs,examples}",
    "/packages/*/{conformance,dist}",
    "/test/{engines,frameworks,metro,next-pages,real,tanstack-start}",
  ],
  tempDirName: "node_modules/.stryker",
};
