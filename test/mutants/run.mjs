// Tests the tests: changes the sources in many small ways, and counts the changes that no test notices.
//   npm run test:mutants            all folders
//   npm run test:mutants auth live  some
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";

const FOLDERS = ["auth", "client", "cache", "live", "server", "react"];
const named = process.argv.slice(2);
const unknown = named.filter((name) => !FOLDERS.includes(name));
if (unknown.length > 0) throw new Error(`No folder of src: ${unknown}. There are ${FOLDERS}.`);

const stryker = join(import.meta.dirname, "node_modules/@stryker-mutator/core/bin/stryker.js");
for (const MUTATE of named.length > 0 ? named : FOLDERS) {
  console.log(`\nsrc/${MUTATE}`);
  const { status } = spawnSync(
    process.execPath,
    [stryker, "run", join(import.meta.dirname, "stryker.config.mjs")],
    { cwd: join(import.meta.dirname, "../.."), env: { ...process.env, MUTATE }, stdio: "inherit" },
  );
  process.exitCode ||= status ?? 1;
}
