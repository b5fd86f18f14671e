import { readFile, rm, writeFile } from "node:fs/promises";

import { defineConfig, type Options } from "tsup";

const CLIENT_ENTRIES = ["index", "clerk-react", "react", "fetch"];

// React's bundlers look for the directive on the first line; in CommonJS output it lands after an interop line.
async function hoistUseClient(name: string): Promise<void> {
  const file = `dist/${name}.cjs`;
  const code = await readFile(file, "utf8");
  await writeFile(file, `"use client";\n${code.replace('"use client";', "")}`);
}

const library: Options = {
  entry: {
    index: "src/index.ts",
    "clerk-react": "src/clerk-react.ts",
    react: "src/react.ts",
    v4: "src/v4.ts",
    fetch: "src/fetch.ts",
    serializer: "src/serializer.ts",
    local: "src/local.ts",
  },
  format: ["esm", "cjs"],
  target: "es2022",
  platform: "neutral",
  // Without splitting every CommonJS entry would bring a React context of its own.
  splitting: true,
  removeNodeProtocol: false,
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  external: [/^node:/],
  onSuccess: async () => {
    await Promise.all(CLIENT_ENTRIES.map(hoistUseClient));
  },
};

const commandLine: Options = {
  entry: { cli: "src/cli.ts" },
  format: ["esm"],
  target: "node20",
  platform: "node",
  splitting: true,
  removeNodeProtocol: false,
  esbuildPlugins: [
    {
      name: "local",
      // The stand-ins are in the build already.
      setup: ({ onResolve }) =>
        onResolve({ filter: /\/local$/ }, () => ({ path: "./local.js", external: true })),
    },
  ],
};

export default defineConfig(async () => {
  await rm("dist", { recursive: true, force: true });
  return [library, commandLine];
});
