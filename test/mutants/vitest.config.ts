import { defineConfig } from "vitest/config";

import config from "../../vitest.config";

/** No test takes as long, but one that hangs by a mutant. `run.mjs` counts it apart. */
const TEST_TIMEOUT_MS = 10_000;

/** The globs of the tests that a mutant has to get past. */
const { tests } = JSON.parse(process.env["PASS"] ?? "{}") as { tests: string[] };
const ofProject: Record<string, string[]> = {
  node: tests.filter((glob) => glob.endsWith(".ts")),
  react19: tests.filter((glob) => glob.endsWith(".tsx")),
};

export default defineConfig(async (env) => {
  const { test } = await config(env);
  const projects = (test?.projects ?? []).flatMap((each) => {
    if (typeof each !== "object" || !("test" in each)) return [];
    const include = ofProject[String(each.test?.name)] ?? [];
    if (include.length === 0) return [];
    return {
      ...each,
      test: { ...each.test, include, isolate: true, testTimeout: TEST_TIMEOUT_MS },
    };
  });
  return { test: { ...test, projects } };
});
