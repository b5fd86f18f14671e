// Runs every benchmark, each in a process of its own: npm run bench [-- request mount]
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";

const ALL = [
  ...["request", "mount", "server-page", "sharing", "pages"],
  ...["local-fauna", "type-check", "live-latency", "live-apply", "live-pages", "tabs"],
];
const asked = process.argv.slice(2);
for (const name of asked.length ? asked : ALL) {
  const file = join(import.meta.dirname, `${name}.mjs`);
  const { status } = spawnSync(process.execPath, ["--expose-gc", file], {
    stdio: "inherit",
    // React's development build measures itself as well.
    env: { ...process.env, NODE_ENV: "production" },
  });
  if (status !== 0) process.exit(1);
}
