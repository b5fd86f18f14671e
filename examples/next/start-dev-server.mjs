import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { runnerImport } from "vite";

/**
 * Runs a framework's dev server, with a local Clerk and a local Fauna unless there are keys in .env.local.
 *
 * @param folder - the example's.
 * @param prefix - what begins the names of the variables that a page may read.
 * @param command - the tool's script within `node_modules` and its arguments; those of this process follow.
 */
export async function startDevServer(folder, prefix, [script, ...args]) {
  const keys = join(folder, ".env.local");
  const env = existsSync(keys) ? (process.loadEnvFile(keys), {}) : await startServers();
  const command = [join(folder, "node_modules", script), ...args, ...process.argv.slice(2)];
  const server = spawn(process.execPath, command, {
    cwd: folder,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  server.on("exit", (code) => process.exit(code ?? 0));

  async function startServers() {
    const { module } = await runnerImport(join(import.meta.dirname, "local-servers.ts"));
    const servers = await module.startServers(prefix, join(folder, ".local/todos.db"));
    console.log(`Clerk  ${servers.clerk.url}\nFauna  ${servers.fauna.url}`);
    return servers.env;
  }
}
