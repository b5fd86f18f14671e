import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const RELATIVE_IMPORT = /from "(\.[^"]+)"/g;

/**
 * The test files below a folder that start a Fauna: they import `@fauna-clerk/local`, or another file of the tests that
 * does. The others are the same with every server, and some of them cannot run at its pace.
 */
export function startingFauna(folder: string): string[] {
  const known = new Map<string, boolean>();

  function startsFauna(file: string): boolean {
    const found = known.get(file);
    if (found !== undefined) return found;
    // For files that import each other.
    known.set(file, false);
    const text = readFileSync(file, "utf8");
    const imported = [...text.matchAll(RELATIVE_IMPORT)].map(([, name = ""]) => nameOf(file, name));
    const starts =
      text.includes('"@fauna-clerk/local"') ||
      imported.some((name) => name !== undefined && startsFauna(name));
    known.set(file, starts);
    return starts;
  }

  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  return files
    .filter((name) => /\.test\.tsx?$/.test(name))
    .map((name) => `${folder}/${name}`)
    .filter((name) => startsFauna(join(ROOT, name)));
}

/** The file of the tests that an import names; undefined for one of the library. */
function nameOf(file: string, imported: string): string | undefined {
  const name = join(dirname(file), imported);
  const candidates = [name, `${name}.ts`, `${name}.tsx`];
  return candidates.find(
    (path) => path.startsWith(join(ROOT, "test")) && /\.tsx?$/.test(path) && existsSync(path),
  );
}
