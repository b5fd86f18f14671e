import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * Names of test files, from the repository's root. Throws if a file, or the folder before a `*`, is not there: nobody
 * misses a test that no longer runs.
 */
export function existing(names: string[]): string[] {
  const root = join(import.meta.dirname, "../..");
  const gone = names.filter((name) => !existsSync(join(root, name.replace(/\*.*/, ""))));
  if (gone.length > 0)
    throw new Error(`A Vitest config names what is not there: ${gone.join(", ")}`);
  return names;
}
