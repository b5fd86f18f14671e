// Publishes the three packages together, as they were built:
//   node .ci/release.mjs --tag v1.2.3     fails unless that is the version of all
//   node .ci/release.mjs --dry-run        does all but upload them
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { tag: { type: "string" }, "dry-run": { type: "boolean", default: false } },
});

process.chdir(join(import.meta.dirname, ".."));
// A package comes after those that it depends on.
const packages = ["packages/local", "packages/cli", "."].map((folder) => ({
  folder,
  ...JSON.parse(readFileSync(join(folder, "package.json"), "utf8")),
}));
const [{ version }] = packages;

const problems = packages.flatMap(({ name, version: own, dependencies = {} }) => [
  ...(own === version ? [] : [`${name} is of version ${own}, ${packages[0].name} of ${version}.`]),
  ...packages
    .filter((other) => (dependencies[other.name] ?? version) !== version)
    .map((other) => `${name} depends on ${other.name} ${dependencies[other.name]}.`),
]);
if (!values["dry-run"] && values.tag !== `v${version}`)
  problems.push(`The tag is ${values.tag}, but the packages are of version ${version}.`);
for (const { name, folder } of packages)
  if (!existsSync(join(folder, "dist"))) problems.push(`${name} is not built: npm run build`);
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}

const npm = (...args) =>
  spawnSync("npm", args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** A release that has failed half-way can be run again. */
const isPublished = (name) =>
  npm("view", `${name}@${version}`, "version", "--silent").stdout.trim() === version;

for (const { name, folder } of packages) {
  if (!values["dry-run"] && isPublished(name)) continue;
  // With a tag of its own npm need not ask what is published, so a dry run works without the registry.
  const mode = values["dry-run"] ? ["--dry-run", "--tag", "dry-run"] : ["--provenance"];
  const { status, stdout } = npm(
    ...["publish", `./${folder}`, "--access", "public", "--ignore-scripts", ...mode],
  );
  console.log(stdout);
  if (status !== 0) process.exit(1);
}
