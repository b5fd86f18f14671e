import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, mergeConfig, preview, type Plugin } from "vite";
import { startLocalServers, type LocalServers } from "../../../examples/todo/local-servers";
import config, { defineEnv } from "../../../examples/todo/vite.config";

/** The example on a free port, and the servers that it uses. */
export interface App extends Pick<LocalServers, "clerk" | "fauna"> {
  url: string;
  close(): Promise<void>;
}

/**
 * Builds the example and serves it. With React's development build, so that StrictMode mounts twice; but bundled, because
 * a page loads twice as fast as from the dev server. It takes the library from `dist`, so build that first.
 *
 * @param plugins - change the pages.
 */
export async function startApp(plugins: Plugin[] = []): Promise<App> {
  const localServers = await startLocalServers();
  const outDir = await mkdtemp(join(tmpdir(), "fauna-clerk-example-"));
  const changes = {
    // Imported above and not read by Vite.
    configFile: false as const,
    mode: "test",
    logLevel: "error" as const,
    plugins,
    define: { ...defineEnv(localServers.env), "process.env.NODE_ENV": '"development"' },
    build: {
      outDir,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: { output: { keepNames: true } },
    },
    preview: { port: 0, host: "127.0.0.1" },
  };
  const merged = mergeConfig(config, changes);
  await build(merged);
  const server = await preview(merged);
  const close = async (): Promise<void> => {
    await Promise.all([server.close(), localServers.close()]);
    await rm(outDir, { recursive: true });
  };
  return { ...localServers, url: server.resolvedUrls!.local[0]!, close };
}
