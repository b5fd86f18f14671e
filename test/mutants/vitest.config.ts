import { readFileSync } from "node:fs";

import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

import config from "../../vitest.config";

/** No test takes as long, but one that hangs by a mutant. `run.mjs` counts it apart. */
const TEST_TIMEOUT_MS = 5_000;

/** The files of tests, those first that are likely to notice a mutant soon. */
const { files } = JSON.parse(readFileSync(process.env["MUTANTS_PLAN"] ?? "", "utf8")) as {
  files: string[];
};
const PROJECTS: Record<string, RegExp> = { node: /\.ts$/, react19: /\.tsx$/ };

class AsGiven extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      files.findIndex((file) => moduleId.endsWith(file));
    return [...specifications].sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig(async (env) => {
  const { test } = await config(env);
  const projects = (test?.projects ?? []).flatMap((each) => {
    if (typeof each !== "object" || !("test" in each)) return [];
    const include = files.filter((file) => PROJECTS[String(each.test?.name)]?.test(file));
    if (include.length === 0) return [];
    // Files share a worker, as they do without mutants.
    const own = {
      include,
      exclude: [],
      testTimeout: TEST_TIMEOUT_MS,
      runner: "test/mutants/runner.ts",
    };
    return { ...each, test: { ...each.test, ...own } };
  });
  return {
    test: {
      ...test,
      projects,
      maxWorkers: 1,
      dangerouslyIgnoreUnhandledErrors: true,
      sequence: { sequencer: AsGiven },
      reporters: [{}],
    },
  };
});
