// Runs `npm start` as it is in a fresh clone, and asks it for each module of the example, as a page does:
//   node .ci/check-start.mjs
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";

const start = spawn("npm", ["start", "--", "--port", "0"], {
  stdio: ["ignore", "pipe", "inherit"],
  detached: true,
});

/** Reads until Vite tells its address. */
async function addressOf(output) {
  for await (const line of createInterface({ input: output })) {
    console.log(line);
    const [, address] = /Local:\s+(\S+)/.exec(line) ?? [];
    if (address) return address;
  }
  throw new Error("npm start ended before it told its address.");
}

try {
  const address = await addressOf(start.stdout);
  start.stdout.pipe(process.stdout);
  const modules = readdirSync("examples/todo/src").filter((name) => /\.tsx?$/.test(name));
  for (const name of modules) {
    const { status } = await fetch(new URL(`src/${name}`, address));
    if (status !== 200) throw new Error(`src/${name} of the example is answered with ${status}.`);
  }
  console.log(`${modules.length} modules of the example are there.`);
} finally {
  // If it has ended by itself, there is nobody to end, and why it has is to be seen.
  if (start.exitCode === null && start.signalCode === null) {
    process.kill(-start.pid);
    await once(start, "exit");
  }
}
