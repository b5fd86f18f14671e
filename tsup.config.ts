import { readFile, writeFile } from "node:fs/promises";

import { defineConfig } from "tsup";
import entries from "./entries.json" with { type: "json" };

// React's bundlers look for the directive on the first line; in CommonJS output it lands after an interop line.
async function hoistUseClient(name: string): Promise<void> {
  const file = `dist/${name}.cjs`;
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
  clean: true,
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  onSuccess: async () => {
    const client = entries.filter((entry) => entry.client);
    await Promise.all(client.map(({ name }) => hoistUseClient(name)));
  },
});
