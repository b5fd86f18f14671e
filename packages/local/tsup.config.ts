import { defineConfig } from "tsup";

export default defineConfig({
  // Both share their chunks, so that the worker costs a few lines.
  entry: { index: "src/index.ts", "large-stack-worker": "src/large-stack/worker.ts" },
  format: ["esm", "cjs"],
  target: "node20",
  platform: "node",
  splitting: true,
  clean: true,
  removeNodeProtocol: false,
  // `import.meta.url` in CommonJS.
  shims: true,
  dts: { entry: { index: "src/index.ts" }, compilerOptions: { ignoreDeprecations: "6.0" } },
});
