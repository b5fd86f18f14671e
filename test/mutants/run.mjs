// Tests the tests: changes the sources in many small ways, and lists the changes that no test notices.
//   npm run test:mutants                           all layers
//   npm run test:mutants auth 'live/phase,row*'    one, and some modules of another one
//   npm run test:mutants auth -- --passes 1        with the tests of the layer alone
//   npm run test:mutants auth -- --quick           without changes of code that runs while a module is loaded
// Fails if a change survives that survivors.md does not explain.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";

process.chdir(join(import.meta.dirname, "../.."));
const { instrument } = await import("./instrument.mjs");
const { filesOf, pass } = await import("./pass.mjs");

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
  cache: [["test/server/*.test.ts"], ["test/react/*.test.tsx"]],
  live: [
    // They start servers.
    [
      "test/live/{catch-up,follow-events,load-on-demand,many,named-documents,offline}.test.ts",
      "test/live/{page-slots,pages-come-and-go,reconnecting,relay,renewal,rights,silence}.test.ts",
      "test/live/{split-updates,subscribe-fauna}.test.ts",
    ],
    ["test/live/properties/*.test.ts"],
    ["test/react/live*.test.tsx"],
  ],
  server: [],
  react: [["test/react/suspense-server.test.tsx"], ["test/react/*.test.tsx"]],
};

/**
 * The tests of hooks are named after what hooks do together. Those that are about a module beside the ones with its name:
 * all tests of a layer take too long for each change, so that changes of these modules meet only these at first.
 */
const ALSO = {
  "clerk-wait": /suspense|get-token|fauna-provider/,
  "fauna-context": /bad-input|entries|hydration/,
  "fauna-hydration": /hydration/,
  "fauna-provider":
    /activity|defaults|get-token|identity|late-code|loading|no-tokens|persist|provider|query-client|sign-outs|token-errors/,
  "query-result": /defaults|infinite|info|loading|query-options|skip|tracked|unchanged/,
  "use-authorized-fetch": /authorized-fetch|bad-input|no-tokens/,
  "use-fauna-cache": /key-hash|cache/,
  "use-fauna-claims": /fauna-provider/,
  "use-fauna-client": /bad-input|fauna-client|read-your-writes/,
  "use-fauna-events": /live-(events|server)/,
  "use-fauna-infinite-query": /infinite|info/,
  "use-fauna-live-infinite-query": /live|read-options/,
  "use-fauna-live-query": /live|read-options/,
  "use-fauna-mutation": /mutation/,
  "use-fauna-query": /info|loading|query-options|skip/,
  "use-fauna-suspense-infinite-query": /info|suspense/,
  "use-fauna-suspense-query": /info|suspense/,
  "use-is-served": /hydration|server/,
  "use-prefetch-fauna-query": /prefetch/,
  "use-single-flight": /infinite/,
  "use-suspense-options": /fauna-provider|get-token|no-tokens|suspense/,
};

const { positionals: named, values } = parseArgs({
  allowPositionals: true,
  options: {
    passes: { type: "string", default: "9" },
    quick: { type: "boolean", default: false },
  },
});

const survivors = readFileSync("test/mutants/survivors.md", "utf8");
/** Whether survivors.md says why it is right that it survives. */
const isExplained = ({ file, text }) => {
  const [, section = ""] = survivors.split(`\n## ${file}\n`);
  return section.split("\n## ")[0].includes(text);
};
const isLeft = ({ status }) => status === "survived" || status === "unreached";

/** The files that changes of a layer meet, one pass after another: each gets what has survived the one before. */
function passesOf(layer) {
  const own = [`test/${layer}/*.test.${layer === "react" ? "tsx" : "ts"}`];
  const slower = SLOWER[layer].map(filesOf);
  return [filesOf(own).filter((file) => !slower[0]?.includes(file)), ...slower];
}

/** @param pattern - a layer, or some of its modules: `auth/jwt,identity*`. */
async function mutantsOf(pattern) {
  const [layer, names = "*"] = pattern.split("/");
  if (!SLOWER[layer]) throw new Error(`No layer: ${layer}. There are ${Object.keys(SLOWER)}.`);
  const isNamed = new RegExp(`^(${names.replaceAll(",", "|").replaceAll("*", ".*")})\\.tsx?$`);
  const files = readdirSync(`src/${layer}`).filter((file) => isNamed.test(file));
  const mutants = await instrument(files.map((file) => `src/${layer}/${file}`));
  for (const mutant of mutants) mutant.status = "unreached";
  for (const [index, tests] of passesOf(layer).slice(0, Number(values.passes)).entries()) {
    const left = mutants.filter((mutant) => isLeft(mutant) && !(index > 0 && isExplained(mutant)));
    const isFirst = index === 0;
    const also = isFirst && layer === "react" ? ALSO : undefined;
    const fates = await pass(left, tests, { withEarly: isFirst && !values.quick, also });
    for (const mutant of left)
      if (mutant.status === "unreached" || !isLeft(fates.get(mutant.id)))
        Object.assign(mutant, fates.get(mutant.id));
    console.log(
      `${pattern}: ${mutants.filter(isLeft).length} of ${mutants.length} left by ${tests.length} files of tests`,
    );
  }
  return mutants;
}

function tell(mutants) {
  const table = {};
  for (const { file, status } of mutants)
    (table[file] ??= { killed: 0, survived: 0, unreached: 0, hung: 0, untried: 0 })[status]++;
  for (const row of Object.values(table)) {
    const { killed, survived, unreached } = row;
    row["%"] = Math.round((1000 * killed) / (killed + survived + unreached)) / 10;
  }
  console.table(table);
}

const mutants = [];
for (const pattern of named.length > 0 ? named : Object.keys(SLOWER))
  mutants.push(...(await mutantsOf(pattern)));
tell(mutants);
writeFileSync("node_modules/.mutants/report.json", JSON.stringify(mutants, null, 1));
const unexplained = mutants.filter((mutant) => isLeft(mutant) && !isExplained(mutant));
for (const { file, location, text, status } of unexplained)
  console.log(
    `${file}:${location.start.line + 1}  ${text}${status === "unreached" ? "  (unreached)" : ""}`,
  );
if (unexplained.length > 0) process.exitCode = 1;
