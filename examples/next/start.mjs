// `npm run start:next`: Next's dev server, with a local Clerk and a local Fauna unless there are keys in .env.local.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { runnerImport } from "vite";

const folder = import.meta.dirname;
const env = existsSync(join(folder, ".env.local")) ? {} : await startServers();
// Loopback only. Next takes 127.0.0.1 for another server than itself, as soon as clerkMiddleware is there.
const args = [join(folder, "node_modules/next/dist/bin/next"), "dev", "--hostname", "localhost"];
const next = spawn(process.execPath, [...args, ...process.argv.slice(2)], {
  cwd: folder,
  stdio: "inherit",
  env: { ...process.env, ...env },
});
next.on("exit", (code) => process.exit(code ?? 0));

async function startServers() {
  const { module } = await runnerImport(join(folder, "local-servers.ts"));
  const servers = await module.startServers("NEXT_PUBLIC_", join(folder, ".local/todos.db"));
  console.log(`Clerk  ${servers.clerk.url}\nFauna  ${servers.fauna.url}`);
  return servers.env;
}
