import { fileURLToPath } from "node:url";
import { createServer, mergeConfig } from "vite";
import type { LocalClerk, LocalFauna } from "@fauna-clerk/local";
import config from "../../../examples/todo/vite.config";

interface StandIns {
  clerk: LocalClerk;
  fauna: LocalFauna;
}

/** The example as `npm start` runs it, on a free port. */
export interface App extends StandIns {
  url: string;
  close(): Promise<void>;
}

/** Starts the example's own dev server. The page takes the library from `dist`, so build first. */
export async function startApp(): Promise<App> {
  const changes = {
    // Imported above and not read by Vite, so that the servers that it starts are those of the tests.
    configFile: false,
    mode: "test",
    // Not the one of an example that runs in another terminal.
    cacheDir: fileURLToPath(new URL("../../../node_modules/.vite-browser-tests", import.meta.url)),
    logLevel: "error",
    server: { port: 0, hmr: false, watch: null },
  };
  const server = await createServer(mergeConfig(config, changes));
  await server.listen();
  const plugin = server.config.plugins.find(({ name }) => name === "stand-ins");
  const { standIns } = plugin?.api as { standIns(): StandIns };
  const { clerk, fauna } = standIns();
  return { clerk, fauna, url: server.resolvedUrls!.local[0]!, close: () => server.close() };
}
