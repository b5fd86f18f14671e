import { defineConfig } from "tsup";

export default defineConfig({
  entry: { cli: "src/cli.ts" },
  format: ["esm"],
  target: "node20",
  platform: "node",
  // What a command needs is loaded with the command.
  splitting: true,
  clean: true,
  removeNodeProtocol: false,
});
