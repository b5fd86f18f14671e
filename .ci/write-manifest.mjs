// Writes what entries.json decides into package.json: exports, typesVersions and the peers that are Clerk's SDKs.
//   node .ci/write-manifest.mjs [--check]     --check: fails on a difference and writes nothing
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const root = join(import.meta.dirname, "..");
const file = join(root, "package.json");
const text = readFileSync(file, "utf8");
const manifest = JSON.parse(text);
const entries = JSON.parse(readFileSync(join(root, "entries.json"), "utf8"));
const sdks = entries.flatMap(({ sdk, framework }) => sdk ?? framework ?? []);

const conditions = (name) => ({
  import: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
  require: { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` },
});
const subpaths = entries.filter(({ name }) => name !== "index");

/** Without the SDKs that have no entry any more. */
const withoutClerk = (record) =>
  Object.entries(record).filter(([name]) => !/^(@clerk\/|next$)/.test(name));
const sorted = (pairs) => Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));

Object.assign(manifest, {
  exports: {
    ".": conditions("index"),
    ...Object.fromEntries(subpaths.map(({ name }) => [`./${name}`, conditions(name)])),
    // Where its bundler reads both, it looks for what "react-native" below says among the exports.
    "./dist/*.js": { "react-native": "./dist/*.js" },
    "./package.json": "./package.json",
  },
  // For React Native's bundler where it does not read exports. All entries are of one build, or there are two contexts.
  "react-native": {
    [manifest.main]: manifest.module,
    ...Object.fromEntries(subpaths.map(({ name }) => [`./${name}`, `./dist/${name}.js`])),
  },
  typesVersions: {
    "*": Object.fromEntries(subpaths.map(({ name }) => [name, [`./dist/${name}.d.cts`]])),
  },
  peerDependencies: sorted([
    ...withoutClerk(manifest.peerDependencies),
    ...sdks.map((sdk) => [sdk.package, sdk.range]),
  ]),
  peerDependenciesMeta: sorted([
    ...withoutClerk(manifest.peerDependenciesMeta),
    ...sdks.map((sdk) => [sdk.package, { optional: true }]),
  ]),
});

const wanted = `${JSON.stringify(manifest, undefined, 2)}\n`;
if (wanted === text) process.exit(0);
if (process.argv.includes("--check")) {
  console.error("package.json is not what entries.json says. Run: npm run manifest");
  process.exit(1);
}
writeFileSync(file, wanted);
