import { describe, expect, test } from "vitest";
import {
  type Manifest,
  PACKAGES,
  type PackageName,
  packedFiles,
  readManifest,
  version,
} from "./support/consumer";

const all = (Object.keys(PACKAGES) as PackageName[]).map((name) => ({
  name,
  manifest: readManifest(PACKAGES[name]),
  files: packedFiles(name),
}));
const [library] = all as [(typeof all)[number]];

/** Every file that a manifest points to. */
function targetsOf({ exports, typesVersions, main, module, types, bin }: Partial<Manifest>) {
  const filesOf = (target: unknown): string[] =>
    typeof target === "string" ? [target] : Object.values(target as object).flatMap(filesOf);
  const conditions = filesOf(exports ?? {});
  const older = Object.values(typesVersions?.["*"] ?? {}).flat();
  const single = [main, module, types].filter((target) => target !== undefined);
  return [...conditions, ...older, ...single, ...Object.values(bin ?? {})];
}

describe.each(all)("$name", ({ name, manifest, files }) => {
  test("carries its texts, its manifest and its build, and nothing else", () => {
    const beyondBuild = files.paths.filter(
      (path) => !/^dist\/(nextjs\/)?[\w-]+\.(c?js|d\.c?ts)$/.test(path),
    );
    const texts = ["LICENSE", "README.md", "package.json"];
    const more = name === "fauna-clerk" ? ["bin/fauna-clerk.js"] : [];
    expect(beyondBuild.sort()).toEqual([...texts, ...more].sort());
  });

  test("carries every file that the manifest points to", () => {
    const missing = targetsOf(manifest).filter((target) => {
      const [start = "", end] = target.replace("./", "").split("*");
      const isMeant = (path: string): boolean =>
        end === undefined ? path === start : path.startsWith(start) && path.endsWith(end);
      return !files.paths.some(isMeant);
    });
    expect(missing).toEqual([]);
  });

  test("has the version of all, a licence, and what provenance needs", () => {
    const { license, repository, publishConfig } = manifest;
    expect([manifest.version, license]).toEqual([version, "MIT"]);
    const folder = PACKAGES[name];
    expect(repository.directory).toBe(folder === "." ? undefined : folder);
    expect(repository.url).toMatch(/^git\+https:/);
    expect(publishConfig).toEqual({ access: "public", provenance: true });
  });

  test("has a bin of a name that no other package has", () => {
    const others = all.filter((other) => other.name !== name);
    const taken = others.flatMap((other) => Object.keys(other.manifest.bin ?? {}));
    expect(Object.keys(manifest.bin ?? {}).filter((bin) => taken.includes(bin))).toEqual([]);
  });
});

test("the library has no dependencies and is at most 0.5 MB unpacked", () => {
  expect(library.manifest.dependencies).toBeUndefined();
  expect(library.files.unpackedSize).toBeLessThanOrEqual(500_000);
});

test("the command line depends on the local servers of its own version", () => {
  const { dependencies } = readManifest(PACKAGES["@fauna-clerk/cli"]);
  expect(dependencies?.["@fauna-clerk/local"]).toBe(version);
});

test("gives every entry to TypeScript's older resolution too", () => {
  const { exports, typesVersions } = library.manifest;
  const entries = Object.keys(exports).filter((entry) => !/^\.$|\.json$|\*/.test(entry));
  expect(Object.keys(typesVersions["*"])).toEqual(entries.map((entry) => entry.replace("./", "")));
});
