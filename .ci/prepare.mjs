// Makes what the example and some tests need beyond `npm ci`, unless it is there and as new as its sources:
//   node .ci/prepare.mjs build     the build of all packages
//   node .ci/prepare.mjs library   the modules of the library, without declarations: what the example's page loads
//   node .ci/prepare.mjs local     those of packages/local: what Node loads for `npm start`
//   node .ci/prepare.mjs react18   the second set of packages, with React 18
//   node .ci/prepare.mjs tanstack-floor   TanStack Query as old as the peer range allows
//   node .ci/prepare.mjs mutants   the packages of the mutation tests
//   node .ci/prepare.mjs docs      the packages of the documentation's site
//   node .ci/prepare.mjs next      the packages of examples/next, with the build of the library as it is; in the same way
//                                  every other `app` of entries.json by the name of its folder: react-router, metro …
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";

process.chdir(join(import.meta.dirname, ".."));
const npm = (...args) =>
  execFileSync(process.platform === "win32" ? "npm.cmd" : "npm", args, { stdio: "inherit" });
const time = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);
const filesOf = (folder) =>
  readdirSync(folder, { recursive: true }).map((file) => join(folder, file));
const apps = JSON.parse(readFileSync("entries.json", "utf8")).flatMap(({ app }) => app ?? []);
const isStale = (output, inputs) => time(output) < Math.max(...inputs.map(time));

const CONFIGS = ["tsconfig.json", "package.json", "entries.json", "tsup.config.ts"];
const LIBRARY = [...CONFIGS, ...filesOf("src")];
const LOCAL = ["packages/local/tsup.config.ts", ...filesOf("packages/local/src")];
const CLI = ["packages/cli/tsup.config.ts", ...filesOf("packages/cli/src")];

// Declarations are written last.
const BUILD = {
  "dist/index.d.cts": LIBRARY,
  "packages/local/dist/index.d.cts": LOCAL,
  "packages/cli/dist/cli.js": [...CLI, "src/auth/unauthorized-reasons.ts"],
};

const STEPS = {
  build() {
    if (Object.entries(BUILD).some(([output, inputs]) => isStale(output, inputs)))
      npm("run", "build", "--silent");
  },
  library() {
    if (isStale("dist/index.js", LIBRARY)) npm("run", "build:js", "--silent");
  },
  local() {
    if (isStale("packages/local/dist/index.js", LOCAL))
      npm("run", "build:js", "--silent", "--workspace", "packages/local");
  },
  react18: () => install("test/react18"),
  "tanstack-floor": () => install("test/tanstack-floor"),
  mutants: () => install("test/mutants"),
  docs: () => install("docs"),
  ...Object.fromEntries(apps.map((folder) => [basename(folder), () => installWithLibrary(folder)])),
};

/** Installs what a lock file of its own names. */
function install(folder) {
  if (isStale(`${folder}/node_modules/.package-lock.json`, [`${folder}/package-lock.json`]))
    npm("ci", "--no-audit", "--no-fund", "--prefix", folder);
}

/** The same with the build of the library as it is. */
function installWithLibrary(folder) {
  install(folder);
  const installed = `${folder}/node_modules/fauna-clerk`;
  cpSync("package.json", `${installed}/package.json`);
  rmSync(`${installed}/dist`, { recursive: true, force: true });
  cpSync("dist", `${installed}/dist`, { recursive: true });
}

for (const step of process.argv.slice(2)) STEPS[step]();
