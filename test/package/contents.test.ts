import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { packedFiles, root } from "./support/consumer";

interface Manifest {
  exports: Record<string, string | Record<"import" | "require", Record<string, string>>>;
  typesVersions: Record<"*", Record<string, string[]>>;
  main: string;
  module: string;
  types: string;
}

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
let files: string[];
beforeAll(() => {
  files = packedFiles();
});

test("carries its texts, its manifest and its build, and nothing else", () => {
  const beyondBuild = files.filter((file) => !/^dist\/[\w-]+\.(c?js|d\.c?ts)$/.test(file));
  expect(beyondBuild.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
});

test("carries every file that the manifest points to", () => {
  const conditions = Object.values(manifest.exports).flatMap((target) =>
    typeof target === "string" ? target : Object.values(target).flatMap(Object.values),
  ) as string[];
  const older = Object.values(manifest.typesVersions["*"]).flat();
  const { main, module, types } = manifest;
  const targets = [...conditions, ...older, main, module, types];
  expect(targets.filter((target) => !files.includes(target.replace("./", "")))).toEqual([]);
});

test("gives every entry to TypeScript's older resolution too", () => {
  const entries = Object.keys(manifest.exports).filter((entry) => !/^\.$|\.json$/.test(entry));
  expect(Object.keys(manifest.typesVersions["*"])).toEqual(
    entries.map((entry) => entry.replace("./", "")),
  );
});
