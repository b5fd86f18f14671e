// Runs a part of test:real on the local Fauna, given by its address and key as a real server is:
//   node test/real/on-local.mjs --project live test/live/many.test.ts
// That is no test of a server, but of what such a test needs, where there is no server.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";

import { startLocalFauna } from "@fauna-clerk/local";

const fauna = await startLocalFauna({ root: true });
const config = join(import.meta.dirname, "vitest.config.ts");
const vitest = spawn("vitest", ["run", "--config", config, ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...process.env, FAUNA_ENDPOINT: fauna.url, FAUNA_ADMIN_KEY: fauna.secret },
});
const [code] = await once(vitest, "exit");
await fauna.close();
process.exitCode = code ?? 1;
