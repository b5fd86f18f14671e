// Replays recorded scenarios against a server and says where it differs from the real one. Needs `jose`. Loopback only.
//   node replay.mjs TARGET.mjs [FOLDER] [--area a,b] [--only text] [--show N] [--at-once N] [--fast] [--json]
// TARGET.mjs default-exports { base?, database(): Promise<{ base?, key, aud, close?() }> }: a fresh, empty database each time.
// --fast skips the pauses of 2 to 3 s that only waited for the real server's schema cache.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { difference, run } from "./corpus.mjs";
import { issuer } from "./rig.mjs";

const {
  values: o,
  positionals: [targetFile, folder = join(dirname(fileURLToPath(import.meta.url)), "recorded")],
} = parseArgs({
  allowPositionals: true,
  options: {
    area: { type: "string" },
    only: { type: "string" },
    show: { type: "string", default: "40" },
    "at-once": { type: "string", default: "4" },
    fast: { type: "boolean" },
    json: { type: "boolean" },
  },
});
const target = (await import(pathToFileURL(resolve(targetFile)))).default;
const iss = await issuer();
const score = {};
let shown = 0;
const say = (s) => {
  if (!o.json && shown++ < Number(o.show)) console.log(s);
};
const bare = ({ response, during, ...step }) => ({
  ...step,
  ...(during ? { during: during.map(bare) } : {}),
});
// What the server's static type check refuses; a server without one cannot agree, so these are counted in a row of their own.
const TYPED =
  /^error: (Type `|Function was |Unimplemented typecheck|Index -?\d+ out of bounds|Cannot use `)/;
const typed = (r) => r.body?.error?.code === "invalid_query" && TYPED.test(r.body.summary ?? "");
const cacheWait = (s) => o.fast && s.sleep >= 2000 && s.sleep <= 3000;
const todo = readdirSync(folder)
  .filter((f) => f.endsWith(".json"))
  .sort()
  .map((f) => JSON.parse(readFileSync(join(folder, f), "utf8")))
  .filter(
    (s) => (!o.only || s.name.includes(o.only)) && (!o.area || o.area.split(",").includes(s.area)),
  );
async function one(sc) {
  const row = (k) => (score[k] ??= { agree: 0, of: 0, scenarios: 0, whole: 0 });
  const s = row(sc.area);
  s.scenarios++;
  const want = sc.steps.filter((x) => !cacheWait(x));
  let got = [],
    bad = 0,
    opened = [];
  const t = {
    ...target,
    database: async () => {
      const d = await target.database();
      opened.push(d);
      return d;
    },
  };
  try {
    got = await run({ ...sc, steps: want.map(bare) }, t, iss);
  } catch (e) {
    say(`${sc.name}: ${e.message}`);
  } finally {
    for (const d of opened) await d.close?.();
  }
  want.forEach((w, i) => {
    for (const [a, b] of [
      [w, got[i]],
      ...(w.during ?? []).map((d, k) => [d, got[i]?.during?.[k]]),
    ]) {
      if (!a.response) continue;
      const c = typed(a.response) ? row("(typing)") : s;
      c.of++;
      const d = b?.response ? difference(a.response, b.response) : "no answer";
      if (!d) c.agree++;
      else if (c !== s) continue;
      else {
        bad++;
        say(
          `${sc.name} #${i + 1} ${(typeof a.q === "string" ? a.q : (a.path ?? "stream")).slice(0, 100)}\n    ${d}`,
        );
      }
    }
  });
  if (!bad) s.whole++;
}
await Promise.all(
  Array.from({ length: Number(o["at-once"]) }, async () => {
    while (todo.length) await one(todo.shift());
  }),
);
iss.close();
const all = { agree: 0, of: 0, scenarios: 0, whole: 0 };
for (const [k, s] of Object.entries(score))
  if (k !== "(typing)") for (const n of Object.keys(all)) all[n] += s[n];
if (o.json) console.log(JSON.stringify({ ...score, all }));
else
  for (const [k, s] of [...Object.entries(score).sort(), ["all", all]])
    console.log(
      `${k.padEnd(10)} ${s.agree}/${s.of} answers (${((100 * s.agree) / s.of).toFixed(1)} %), ${s.whole}/${s.scenarios} scenarios whole`,
    );
process.exit(0);
