#!/usr/bin/env node
// `npx fauna-clerk` is @fauna-clerk/cli, which an app installs for development only. This file finds the CLI from the
// working directory and hands over to it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

const CLI = "@fauna-clerk/cli";
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

function fail(message) {
  process.stderr.write(`fauna-clerk: ${message}\n`);
  process.exit(1);
}

function findManifest() {
  try {
    // The name of the file does not matter: Node looks from its folder upwards.
    return createRequire(join(process.cwd(), "any.js")).resolve(`${CLI}/package.json`);
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    return fail(`the command line is a package of its own. Run: npm install -D ${CLI}@${version}`);
  }
}

const file = findManifest();
const manifest = JSON.parse(readFileSync(file, "utf8"));
if (manifest.version !== version)
  fail(
    `${CLI} is of version ${manifest.version}, fauna-clerk of ${version}. Run: npm install -D ${CLI}@${version}`,
  );
await import(pathToFileURL(join(dirname(file), manifest.bin["fauna-clerk-cli"])).href);
