// Tests the tests: changes the sources in many small ways, and lists the changes that no test notices.
//   npm run test:mutants                           all layers
//   npm run test:mutants auth 'live/phase,row*'    one, and some modules of another one
//   npm run test:mutants auth -- --passes 1        with the tests of the layer alone
//   npm run test:mutants auth -- --at-once 1       one at a time
// Fails if a change survives that survivors.md does not explain.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";

/** What the changes of a layer meet that its own tests do not notice. */
const SLOWER = {
  auth: [
    ["test/client/*.test.ts"],
    [
      "test/react/{activity,auth-gates,get-token,identity-change,providers,sign-outs}.test.tsx",
      "test/react/{loading,token-errors,unauthorized,use-fauna-auth}.test.tsx",
    ],
  ],
  client: [
    ["test/{auth,server}/*.test.ts"],
    [
      "test/react/{authorized-fetch,bad-input,create-fauna-client,driver-errors}.test.tsx",
      "test/react/{fauna-client,query-keys,read-your-writes,stream,transport}.test.tsx",
    ],
  ],
  cache: [["test/react/*.test.tsx"]],
  live: [["test/live/properties/*.test.ts", "test/react/live*.test.tsx"]],
  server: [],
  react: [],
};

const { positionals: named, values } = parseArgs({
  allowPositionals: true,
  options: {
    passes: { type: "string", default: "9" },
    "at-once": { type: "string", default: "2" },
  },
});
process.chdir(join(import.meta.dirname, "../.."));
const stryker = join(import.meta.dirname, "node_modules/@stryker-mutator/core/bin/stryker.js");
const report = "node_modules/.stryker-report.json";

/** @param mutate - files, or parts of them. */
function runPass(mutate, tests) {
  rmSync(report, { force: true });
  spawnSync(process.execPath, [stryker, "run", join(import.meta.dirname, "stryker.config.mjs")], {
    env: {
      ...process.env,
      PASS: JSON.stringify({ mutate, tests, report, concurrency: Number(values["at-once"]) }),
    },
    stdio: "inherit",
  });
  const { files } = JSON.parse(readFileSync(report, "utf8"));
  return Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants.map((mutant) => ({ ...mutant, file, text: textOf(source, mutant) })),
  );
}

const isLeft = ({ status }) => status === "Survived" || status === "NoCoverage";
const survivors = readFileSync(join(import.meta.dirname, "survivors.md"), "utf8");
/** Whether survivors.md says why it is right that it survives. */
const isExplained = ({ file, text }) => {
  const [, section = ""] = survivors.split(`\n## ${file}\n`);
  return section.split("\n## ")[0].includes(text);
};
const isNews = (mutant) => isLeft(mutant) && !isExplained(mutant);
const rangeOf = ({ file, location: { start, end } }) =>
  `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;

/** What a mutant changes, and to what, each in a line that is cut if it is long. */
function textOf(source, { location: { start, end }, replacement }) {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  const [before, after] = [lines.join(" "), replacement].map((code) => {
    const line = code.replace(/\s+/g, " ");
    return `\`${line.length > 60 ? `${line.slice(0, 60)}…` : line}\``;
  });
  return `${before} → ${after}`;
}

/** The tests that changes of a layer meet, one pass after another: each gets what has survived the one before. */
const passesOf = (layer) => [
  [`test/${layer}/*.test.${layer === "react" ? "tsx" : "ts"}`],
  ...SLOWER[layer],
];

/** @param pattern - a layer, or some of its modules: `auth/jwt,identity*`. */
function mutantsOf(pattern) {
  const [layer, names = "*"] = pattern.split("/");
  if (!SLOWER[layer]) throw new Error(`No layer: ${layer}. There are ${Object.keys(SLOWER)}.`);
  const isNamed = new RegExp(`^(${names.replaceAll(",", "|").replaceAll("*", ".*")})\\.tsx?$`);
  const files = readdirSync(`src/${layer}`).filter((file) => isNamed.test(file));
  const found = new Map();
  let mutate = files.map((file) => `src/${layer}/${file}`);
  for (const tests of passesOf(layer).slice(0, Number(values.passes))) {
    if (mutate.length === 0) break;
    for (const mutant of runPass(mutate, tests)) {
      const key = rangeOf(mutant) + mutant.replacement;
      if (!found.has(key) || isLeft(found.get(key))) found.set(key, mutant);
    }
    mutate = [...found.values()].filter(isNews).map(rangeOf);
    console.log(`${pattern}: ${mutate.length} of ${found.size} left by ${tests.join(" ")}`);
  }
  return [...found.values()];
}

function tell(mutants) {
  const table = {};
  for (const { file, status, statusReason } of mutants) {
    const row = (table[file] ??= { Killed: 0, Survived: 0, NoCoverage: 0, Timeout: 0 });
    // A test that hangs says nothing of what is wrong.
    const isHang = status === "Killed" && /timed out in \d+ms/.test(statusReason);
    if (status in row) row[isHang ? "Timeout" : status]++;
  }
  for (const row of Object.values(table)) {
    const { Killed, Survived, NoCoverage } = row;
    row["%"] = Math.round((1000 * Killed) / (Killed + Survived + NoCoverage)) / 10;
  }
  console.table(table);
}

const mutants = (named.length > 0 ? named : Object.keys(SLOWER)).flatMap(mutantsOf);
tell(mutants);
const unexplained = mutants.filter(isNews);
for (const { file, location, text } of unexplained)
  console.log(`${file}:${location.start.line}  ${text}`);
if (unexplained.length > 0) process.exitCode = 1;
