// The target of the replay: the local Fauna as its sources are now, one server for each scenario.
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const { module } = await runnerImport(resolve(root, "src/index.ts"), {
  root,
  configFile: false,
  logLevel: "error",
});

export default {
  async database() {
    const fauna = await module.startLocalFauna();
    return {
      base: fauna.url,
      key: fauna.secret,
      aud: fauna.audience,
      close: () => fauna.close(),
    };
  },
};
