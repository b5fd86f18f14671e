// Replays the recordings against the local Fauna and fails where agreement is below its floor (floors.json).
//   node packages/local/conformance/run.mjs [FOLDER] [--target TARGET.mjs] [--area a,b] [--only text] [--show N] [--at-once N] [--whole-pauses] [--json]
// Without --whole-pauses those waits are skipped that only the real server's schema cache needs.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { percent, replay, scenarios, total, TYPING } from "./replay.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    target: { type: "string", default: join(here, "local-fauna.mjs") },
    area: { type: "string" },
    only: { type: "string" },
    show: { type: "string", default: "0" },
    "at-once": { type: "string", default: "24" },
    "whole-pauses": { type: "boolean" },
    json: { type: "boolean" },
  },
});

const { default: target } = await import(pathToFileURL(resolve(options.target)).href);
const todo = scenarios(resolve(positionals[0] ?? join(here, "recorded")), {
  areas: options.area?.split(","),
  only: options.only,
});
let left = Number(options.show);
const score = await replay(target, todo, {
  atOnce: Number(options["at-once"]),
  fast: !options["whole-pauses"],
  say: (text) => left-- > 0 && console.log(text),
});

if (options.json) console.log(JSON.stringify({ ...score, all: total(score) }));
else print(score);

const floors = JSON.parse(readFileSync(join(here, "floors.json"), "utf8"));
const failed = options.only ? [] : below(score, floors);
for (const text of failed) console.error(text);
process.exit(failed.length ? 1 : 0);

function print(score) {
  const rows = [...Object.entries(score).sort(), ["all", total(score)]];
  for (const [area, row] of rows) {
    const whole = area === TYPING ? "" : `, ${row.whole}/${row.scenarios} scenarios whole`;
    console.log(
      `${area.padEnd(10)} ${row.agree}/${row.of} answers (${percent(row).toFixed(1)} %)${whole}`,
    );
  }
}

function below(score, floors) {
  return Object.entries(floors)
    .filter(([area, floor]) => score[area] && percent(score[area]) < floor)
    .map(
      ([area, floor]) =>
        `${area}: ${percent(score[area]).toFixed(1)} % is below its floor of ${floor} %`,
    );
}
