import { fileURLToPath } from "node:url";
import { createServer } from "vite";
import type { LocalClerk, LocalFauna } from "@fauna-clerk/local";

interface StandIns {
  clerk: LocalClerk;
  fauna: LocalFauna;
}

/** The example as `npm start` runs it, on a free port. */
export interface App extends StandIns {
  url: string;
  close(): Promise<void>;
}

const configFile = fileURLToPath(new URL("../../../examples/todo/vite.config.ts", import.meta.url));

/** Starts the example's own dev server. It takes the library from `dist`, so build first. */
export async function startApp(): Promise<App> {
  const server = await createServer({
    configFile,
    mode: "test",
    // Not the one of an example that runs in another terminal.
    cacheDir: fileURLToPath(new URL("../../../node_modules/.vite-browser-tests", import.meta.url)),
    logLevel: "error",
    server: { port: 0, hmr: false, watch: null },
  });
  await server.listen();
  const plugin = server.config.plugins.find(({ name }) => name === "stand-ins");
  const { standIns } = plugin?.api as { standIns(): StandIns };
  const { clerk, fauna } = standIns();
  return { clerk, fauna, url: server.resolvedUrls!.local[0]!, close: () => server.close() };
}
