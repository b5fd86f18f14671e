import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "./support/consumer";

const read = (file: string): string => readFileSync(join(root, "dist", file), "utf8");
const SPECIFIERS = /(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*["']([^"']+)["']/g;

/** All that a file imports, its own other files followed. */
function imports(
  file: string,
  seen: Set<string> = new Set(),
): { files: string[]; packages: string[] } {
  seen.add(file);
  const packages = new Set<string>();
  for (const [, specifier = ""] of read(file).matchAll(SPECIFIERS)) {
    const name = basename(specifier);
    if (!specifier.startsWith(".")) packages.add(specifier);
    else if (!seen.has(name)) for (const found of imports(name, seen).packages) packages.add(found);
  }
  return { files: [...seen].sort(), packages: [...packages].sort() };
}

const PEERS = ["@tanstack/react-query", "fauna", "react", "react/jsx-runtime"];
const RUNTIME = {
  index: PEERS,
  "clerk-react": [...PEERS, "@clerk/clerk-react"],
  react: [...PEERS, "@clerk/react"],
  v4: ["fauna", "faunadb"],
  fetch: ["fauna", "react"],
  serializer: ["fauna"],
};
const entries = Object.entries(RUNTIME).flatMap(([entry, packages]) =>
  ["js", "cjs"].map((extension) => ({ file: `${entry}.${extension}`, packages })),
);

test.each(entries)("$file imports its peers and nothing else", ({ file, packages }) => {
  expect(imports(file).packages).toEqual([...packages].sort());
});

test.each(["js", "cjs"])("no browser entry shares a file with the stand-ins (%s)", (extension) => {
  const local = imports(`local.${extension}`).files;
  const runtime = Object.keys(RUNTIME).flatMap((entry) => imports(`${entry}.${extension}`).files);
  expect(local.filter((file) => runtime.includes(file))).toEqual([]);
});

describe.each(["js", "cjs"])("the directive of client components (%s)", (extension) => {
  test.each(["index", "clerk-react", "react", "fetch"])("is the first line of %s", (entry) => {
    expect(read(`${entry}.${extension}`).split("\n")[0]).toBe('"use client";');
  });

  test.each(["v4", "serializer", "local"])("is not in %s, which servers use", (entry) => {
    for (const file of imports(`${entry}.${extension}`).files)
      expect(read(file)).not.toContain("use client");
  });
});
