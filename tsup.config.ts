import { readdir, readFile, rm, writeFile } from "node:fs/promises";

import { transform } from "esbuild";
import { defineConfig } from "tsup";
import entries from "./entries.json" with { type: "json" };

const USE_CLIENT = '"use client";';

// React's bundlers look for the directive on the first line. Here other code stands before it, or on the same line.
async function hoistUseClient(file: string): Promise<void> {
  const code = await readFile(file, "utf8");
  await writeFile(file, `${USE_CLIENT}\n${code.replace(USE_CLIENT, "")}`);
}

/**
 * Removes what Rollup adds for browsers that load the files one by one: imports of what a file's other imports import
 * anyway. Nothing is imported for its effects alone (`sideEffects` in package.json).
 */
async function removeEmptyImports(): Promise<void> {
  const files = (await readdir("dist", { recursive: true })).map((file) => `dist/${file}`);
  for (const file of files.filter((each) => each.endsWith(".js"))) {
    const code = await readFile(file, "utf8");
    await writeFile(file, code.replace(/^import '\.[^']*';\n/gm, ""));
  }
}

const ENTRIES = new Set(entries.map(({ name }) => `dist/${name}.js`));

/** What esbuild writes for Node, which finds by it what a CommonJS module exports: of use where an ES module imports it. */
const NAMES = /\/\/ Annotate the CommonJS .*\n(0 && \(module\.exports = \{[^}]*\}\);)/;

/**
 * Makes a CommonJS module of a built one. esbuild copies a module's exports into another object, by half a kB of helpers in
 * each file. Here they are put into `exports` itself, and what is not needed goes when it is minified.
 */
async function toCommonJs(source: string): Promise<{ code: string; names: string }> {
  const { code } = await transform(source, {
    format: "cjs",
    // Names the exports.
    platform: "node",
    target: "es2022",
    // Jest and older bundlers have no `import()` within CommonJS.
    supported: { "dynamic-import": false },
  });
  const [, names = ""] = NAMES.exec(code) ?? [];
  const direct = code
    .replace(NAMES, "")
    .replace(/var (\w+_exports) = \{\};/, "var $1 = exports;")
    .replace(
      /module\.exports = __toCommonJS\(\w+\);/,
      '__defProp(exports, "__esModule", { value: true });',
    );
  const { code: small } = await transform(direct, {
    format: "cjs",
    platform: "node",
    target: "es2022",
    minify: true,
    treeShaking: true,
  });
  return { code: small.trimEnd(), names: names.replace(/\s+/g, "") };
}

/**
 * Makes the CommonJS build of the other one, file by file. tsup's own step to CommonJS takes `?.`, `??` and class fields
 * for new, and writes functions instead, which is slow and a fifth larger.
 */
async function writeCommonJs(): Promise<void> {
  const files = (await readdir("dist", { recursive: true })).map((file) => `dist/${file}`);
  await Promise.all(files.filter((file) => file.endsWith(".cjs")).map((file) => rm(file)));
  for (const file of files.filter((each) => each.endsWith(".js"))) {
    const { code, names } = await toCommonJs(await readFile(file, "utf8"));
    const own = code.replace(/(require\(")(\.[^"]+)\.js("\))/g, "$1$2.cjs$3");
    const directive = own.startsWith(USE_CLIENT) ? `${USE_CLIENT}\n` : "";
    const rest = own.replace(USE_CLIENT, "");
    const named = ENTRIES.has(file) ? names : "";
    await writeFile(file.replace(/\.js$/, ".cjs"), `${directive}"use strict";${rest}${named}`);
  }
}

export default defineConfig({
  entry: Object.fromEntries(entries.map(({ name }) => [name, `src/${name}.ts`])),
  format: ["esm", "cjs"],
  target: "es2022",
  platform: "neutral",
  // Without splitting every CommonJS entry would bring a React context of its own.
  splitting: true,
  // Rollup makes one of a file's imports of React, of which each costs something in an app that esbuild bundles.
  treeshake: true,
  // Two formats of all entries have to fit into 0.5 MB.
  esbuildOptions(options, { format }) {
    // tsup's own step to CommonJS breaks on some of it. Only the types are left of that build.
    options.minify = format === "esm";
  },
  clean: true,
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  onSuccess: async () => {
    await removeEmptyImports();
    const client = entries.filter((entry) => entry.client);
    const files = client.map(({ name }) => `dist/${name}.js`);
    await Promise.all(files.map(hoistUseClient));
    await writeCommonJs();
  },
});
