import { parse } from "node:path";

import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

import config from "../../vitest.config";

/** No test takes as long, but one that hangs by a mutant. `run.mjs` counts it apart. */
const TEST_TIMEOUT_MS = 5_000;

/** The globs of the tests that a mutant has to get past, and which parts of which files are changed. */
const { tests, mutate } = JSON.parse(process.env["PASS"] ?? "{}") as Record<
  "tests" | "mutate",
  string[]
>;
const ofProject: Record<string, string[]> = {
  node: tests.filter((glob) => glob.endsWith(".ts")),
  react19: tests.filter((glob) => glob.endsWith(".tsx")),
};
const modules = new Set(mutate.map((part) => parse(part.replace(/:.*/, "")).name));

/** A mutant ends with the first test that notices it: so those with the modules' names come first, then the quick ones. */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((a, b) => this.#rankOf(a) - this.#rankOf(b));
  }

  #rankOf({ moduleId, project }: TestSpecification): number {
    if (modules.has(parse(moduleId).base.replace(/\.test\..*/, ""))) return -1;
    const key = `${project.name}:${moduleId.slice(this.ctx.config.root.length)}`;
    return this.ctx.cache.getFileTestResults(key)?.duration ?? 0;
  }
}

export default defineConfig(async (env) => {
  const { test } = await config(env);
  const projects = (test?.projects ?? []).flatMap((each) => {
    if (typeof each !== "object" || !("test" in each)) return [];
    const include = ofProject[String(each.test?.name)] ?? [];
    if (include.length === 0) return [];
    // Files share a worker, as they do without mutants. Each mutant has a new one.
    return {
      ...each,
      test: {
        ...each.test,
        include,
        testTimeout: TEST_TIMEOUT_MS,
        // Stryker's set-up runs for each file. Being in node_modules, it would be loaded once for all.
        server: { deps: { inline: [/stryker-setup/] } },
      },
    };
  });
  return { test: { ...test, projects, sequence: { sequencer: QuickestFirst } } };
});
