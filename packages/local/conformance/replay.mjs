// Replays recorded scenarios against a server and says where it differs from the real one. Loopback only.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { difference, run } from "./corpus.mjs";
import { issuer as startIssuer } from "./rig.mjs";

// What the server's static type check refuses; a server without one cannot agree, so these are counted in a row of their own.
const TYPED =
  /^error: (Type `|Function was |Unimplemented typecheck|Index -?\d+ out of bounds|Cannot use `)/;
export const TYPING = "(typing)";

const typed = (response) =>
  response.body?.error?.code === "invalid_query" && TYPED.test(response.body.summary ?? "");

/** A pause of 2 to 3 s, which only waited for the real server's schema cache. */
const isCacheWait = (step) => step.sleep >= 2000 && step.sleep <= 3000;

const bare = ({ response: _response, during, ...step }) => ({
  ...step,
  ...(during ? { during: during.map(bare) } : {}),
});

/** The recorded scenarios of a folder, by name. */
export function scenarios(folder, { areas, only } = {}) {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")))
    .filter(({ name, area }) => (!only || name.includes(only)) && (!areas || areas.includes(area)));
}

/**
 * Replays scenarios against `target`: { base?, database(): Promise<{ base?, key, aud, close?() }> }, each on a fresh,
 * empty database. Resolves to rows by area: { agree, of, scenarios, whole }. `say` gets a text for every difference.
 */
export async function replay(target, todo, { atOnce = 4, fast = false, say = () => {} } = {}) {
  const queue = [...todo];
  const issuer = await startIssuer();
  const score = {};
  const row = (key) => (score[key] ??= { agree: 0, of: 0, scenarios: 0, whole: 0 });
  const worker = async () => {
    while (queue.length) await replayOne(queue.shift());
  };

  async function replayOne(scenario) {
    const area = row(scenario.area);
    area.scenarios++;
    const wanted = scenario.steps.filter((step) => !(fast && isCacheWait(step)));
    const got = await runOn(target, { ...scenario, steps: wanted.map(bare) }, issuer, say);
    let differing = 0;
    for (const [index, [want, have]] of pairs(wanted, got)) {
      if (!want.response) continue;
      const counted = typed(want.response) ? row(TYPING) : area;
      counted.of++;
      const problem = have?.response ? difference(want.response, have.response) : "no answer";
      if (!problem) counted.agree++;
      else if (counted === area) {
        differing++;
        const what = typeof want.q === "string" ? want.q : (want.path ?? "stream");
        say(`${scenario.name} #${index + 1} ${what.slice(0, 100)}\n    ${problem}`);
      }
    }
    if (!differing) area.whole++;
  }

  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
  } finally {
    issuer.close();
  }
  return score;
}

async function runOn(target, scenario, issuer, say) {
  const opened = [];
  const database = async () => {
    const fresh = await target.database();
    opened.push(fresh);
    return fresh;
  };
  try {
    return await run(scenario, { ...target, database }, issuer);
  } catch (error) {
    say(`${scenario.name}: ${error.message}`);
    return [];
  } finally {
    for (const fresh of opened) await fresh.close?.();
  }
}

/** Each wanted step, and those inside it, with what was got. */
function* pairs(wanted, got) {
  for (const [index, want] of wanted.entries()) {
    yield [index, [want, got[index]]];
    for (const [k, inner] of (want.during ?? []).entries())
      yield [index, [inner, got[index]?.during?.[k]]];
  }
}

/** The sum of all rows but the typing one. */
export function total(score) {
  const all = { agree: 0, of: 0, scenarios: 0, whole: 0 };
  for (const [key, row] of Object.entries(score))
    if (key !== TYPING) for (const n of Object.keys(all)) all[n] += row[n];
  return all;
}

/** How many percent of a row's answers agree. */
export const percent = ({ agree, of }) => (of ? (100 * agree) / of : 100);
