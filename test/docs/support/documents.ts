import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("../../..", import.meta.url));

/** README and the pages of `docs`, relative to the repository's root. The site's index.md is README again. */
export const documents: readonly string[] = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md") && name !== "index.md")
    .map((name) => `docs/${name}`),
];

export const read = (document: string): string => readFileSync(join(root, document), "utf8");
