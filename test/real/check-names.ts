import process from "node:process";
import type { TestProject } from "vitest/node";

/** Vitest's global set-up: fails if a test file that the command names is in no project, which Vitest passes over. */
export default async function checkNames({ vitest }: TestProject): Promise<void> {
  for (const name of process.argv.filter((argument) => /\.test\.tsx?$/.test(argument)))
    if ((await vitest.globTestSpecifications([name])).length === 0)
      throw new Error(`test/real/vitest.config.ts has no test file ${name}.`);
}
