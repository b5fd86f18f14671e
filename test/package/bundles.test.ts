import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import entries from "../../entries.json" with { type: "json" };
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
/** What entries import that do not import just the index's peers and their own `package`. */
const OWN: Record<string, readonly string[]> = {
  index: PEERS,
  v4: ["fauna", "faunadb"],
  fetch: ["fauna", "react"],
  serializer: ["fauna"],
  server: ["fauna"],
  "nextjs/server": ["@clerk/nextjs/server", "fauna", "next/headers"],
};
const files = entries.flatMap(({ name, sdk, framework }) =>
  ["js", "cjs"].map((extension) => ({
    file: `${name}.${extension}`,
    packages: OWN[name] ?? [...PEERS, (sdk ?? framework)!.package],
  })),
);

test.each(files)("$file imports its peers and nothing else", ({ file, packages }) => {
  expect(imports(file).packages).toEqual([...packages].sort());
});

describe.each(["js", "cjs"])("the directive of client components (%s)", (extension) => {
  test.each(entries.filter(({ client }) => client))("is the first line of $name", ({ name }) => {
    expect(read(`${name}.${extension}`).split("\n")[0]).toBe('"use client";');
  });

  test.each(entries.filter(({ client }) => !client))("is not in $name, for servers", ({ name }) => {
    for (const file of imports(`${name}.${extension}`).files)
      expect(read(file)).not.toContain("use client");
  });
});
