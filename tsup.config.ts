import { readFile, writeFile } from "node:fs/promises";

import { defineConfig } from "tsup";
import entries from "./entries.json" with { type: "json" };

// React's bundlers look for the directive on the first line. Here other code stands before it, or on the same line.
async function hoistUseClient(file: string): Promise<void> {
  const code = await readFile(file, "utf8");
  await writeFile(file, `"use client";\n${code.replace('"use client";', "")}`);
}

export default defineConfig({
  entry: Object.fromEntries(entries.map(({ name }) => [name, `src/${name}.ts`])),
  format: ["esm", "cjs"],
  target: "es2022",
  platform: "neutral",
  // Without splitting every CommonJS entry would bring a React context of its own.
  splitting: true,
  // Two formats of all entries have to fit into 0.5 MB. Not the syntax: tsup's step to CommonJS breaks on some of it.
  esbuildOptions(options) {
    options.minifyWhitespace = true;
    options.minifyIdentifiers = true;
  },
  clean: true,
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  onSuccess: async () => {
    const client = entries.filter((entry) => entry.client);
    const files = client.flatMap(({ name }) => [`dist/${name}.js`, `dist/${name}.cjs`]);
    await Promise.all(files.map(hoistUseClient));
  },
});
