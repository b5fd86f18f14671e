// Makes what the tests and the example need beyond `npm ci`: the build, and the second set of packages with React 18.
//   node .ci/prepare.mjs build react18
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

process.chdir(join(import.meta.dirname, ".."));
const npm = (...args) =>
  execFileSync(process.platform === "win32" ? "npm.cmd" : "npm", args, { stdio: "inherit" });
const time = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

const STEPS = {
  build() {
    const sources = readdirSync("src", { recursive: true }).map((file) => join("src", file));
    const newest = Math.max(...["tsup.config.ts", "tsconfig.json", ...sources].map(time));
    // Declarations are written last.
    if (time("dist/local.d.cts") < newest) npm("run", "build", "--", "--silent");
  },
  react18() {
    const folder = "test/react18";
    if (time(`${folder}/node_modules/.package-lock.json`) < time(`${folder}/package-lock.json`))
      npm("ci", "--prefix", folder);
  },
};

for (const step of process.argv.slice(2)) STEPS[step]();
