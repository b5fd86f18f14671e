// One pass: what becomes of mutants that meet some tests.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { parse, resolve } from "node:path";
import process from "node:process";
import { clearInterval, setInterval } from "node:timers";

import { SANDBOX } from "./instrument.mjs";

const FOLDER = "node_modules/.mutants";
const PLAN = resolve(FOLDER, "plan.json");
const LOG = resolve(FOLDER, "log.jsonl");

/** After this time without any news the worker hangs. */
const SILENCE_MS = 20_000;

/** Whether somebody has asked to stop: then what is known by now is told. */
let isStopped = false;

/** Runs Vitest in the sandbox. Returns what its runner has logged. */
async function run(plan) {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(PLAN, JSON.stringify({ jobs: {}, ...plan, log: LOG }));
  writeFileSync(LOG, "");
  const vitest = resolve("node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "--config", "test/mutants/vitest.config.ts"];
  const env = { ...process.env, MUTANTS_PLAN: PLAN, NODE_ENV: "test" };
  const child = spawn(process.execPath, args, {
    cwd: SANDBOX,
    env,
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  let complaint = "";
  // With its workers: one that hangs would go on alone.
  const end = (signal) => process.kill(-child.pid, signal);
  const stop = () => {
    isStopped = true;
    end("SIGTERM");
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  child.stderr.on("data", (text) => (complaint += text));
  const watch = setInterval(() => {
    if (Date.now() - statSync(LOG).mtimeMs > SILENCE_MS) end("SIGKILL");
  }, 1000);
  await new Promise((resolve) => child.on("exit", resolve));
  clearInterval(watch);
  process.off("SIGINT", stop).off("SIGTERM", stop);
  const lines = readFileSync(LOG, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  if (lines.length === 0 && plan.phase === "cover") throw new Error(complaint);
  return lines;
}

/** Files that have a worker each, because others would disturb them: they are taken if nothing else is. */
const ALONE = /\/(hung-code|garbage|cuts|bursts|suspense-server)\.test/;

/** @param globs - see {@link allOf}. */
export function filesOf(globs) {
  const files = globs.flatMap(allOf);
  return files.length > 1 ? files.filter((file) => !ALONE.test(file)) : files;
}

/** @param glob - with `*` and `{a,b}` in the name of the file or of its folder. */
function allOf(glob) {
  const pattern = glob
    .replaceAll("*", "[^/]*")
    .replaceAll(/\{([^}]*)\}/g, (_, names) => `(${names.replaceAll(",", "|")})`);
  return readdirSync("test", { recursive: true })
    .map((file) => `test/${file.replaceAll("\\", "/")}`)
    .filter((file) => new RegExp(`^${pattern}$`).test(file));
}

/** Whether a file of tests is named after a module, perhaps with what a part of them is about. */
const isOf = (file, module) => new RegExp(`^${module}(-[^.]*)?\\.test\\.`).test(parse(file).base);
const fileOf = (test) => test.split(" > ")[0];
const ROUNDS = { once: 0, again: 1 };

/** Which tests reach which mutants, and how long they take. */
async function cover(files) {
  const lines = await run({ phase: "cover", files });
  /** Those that run while a module is loaded, and those that no test reaches, or one time alone. */
  const early = new Set(lines.findLast(({ loaded }) => loaded)?.loaded);
  const tests = lines.filter(({ round }) => round === ROUNDS.once);
  const again = new Map(
    lines.flatMap((line) => (line.round === ROUNDS.again ? [[line.test, line]] : [])),
  );
  const broken = tests.filter(
    ({ test, hasFailed }) => hasFailed || again.get(test)?.hasFailed !== false,
  );
  for (const { test, why } of broken)
    console.warn(
      `Left out, because it fails or cannot be repeated: ${test} ${why || again.get(test)?.why}`,
    );
  const usable = tests.filter((each) => !broken.includes(each));
  const often = new Set(usable.flatMap(({ test }) => again.get(test).reached));
  const all = new Set(usable.flatMap(({ reached }) => reached));
  for (const mutant of all) if (!often.has(mutant)) early.add(mutant);
  for (const mutant of often) if (!all.has(mutant)) early.add(mutant);
  for (const mutant of lines.flatMap(({ between }) => between ?? []))
    if (!all.has(mutant)) early.add(mutant);
  const reached = usable.map(({ test, ms, reached: ids }) => ({ test, ms, reached: ids }));
  return { tests: reached, early };
}

/** Tests that have the modules' names first, then quick ones. */
function inOrder(tests, modules) {
  const time = new Map();
  for (const { test, ms } of tests) time.set(fileOf(test), (time.get(fileOf(test)) ?? 0) + ms);
  const isNamed = (file) => [...modules].some((module) => isOf(file, module));
  return [...time.keys()].sort((a, b) => isNamed(b) - isNamed(a) || time.get(a) - time.get(b));
}

/**
 * Tries mutants with the tests that reach them, until a test has noticed them. Notes in `fate` what becomes of them.
 *
 * @param jobs - the mutants to try, by the test. What has been tried is taken out.
 * @param isMeant - whether a test is to be tried with a mutant: those of its own module notice it soonest.
 * @returns what has to be tried alone.
 */
async function tryAll({ jobs, fate, ordered, times, isMeant }) {
  const solos = [];
  const drop = (id) => jobs.forEach((left) => left.delete(id));
  const testsOf = (id) => [...jobs].flatMap(([test, left]) => (left.has(id) ? [test] : []));
  while (!isStopped) {
    const plan = Object.fromEntries(
      [...jobs]
        .map(([test, left]) => [test, [...left].filter((id) => isMeant(test, id))])
        .filter(([, left]) => left.length > 0),
    );
    const wanted = new Set(Object.keys(plan).map(fileOf));
    if (wanted.size === 0) break;
    const lines = await run({
      phase: "try",
      files: ordered.filter((file) => wanted.has(file)),
      jobs: plan,
      times,
    });
    for (const { passed, test } of lines) if (passed) jobs.get(test).delete(passed);
    for (const { killed, doubtful, hung, test, why } of lines) {
      const id = killed ?? doubtful ?? hung;
      if (id === undefined) continue;
      // The test may have failed by what another mutant has left behind, so the others are needed as well.
      if (doubtful) solos.push({ id, tests: testsOf(id) });
      else fate.set(id, { status: killed ? "killed" : "hung", test, why });
      drop(id);
    }
    const last = lines.at(-1);
    // It hangs so that nothing else ends it.
    if (last?.begun) {
      drop(last.begun);
      fate.set(last.begun, { status: "hung", test: last.test });
    } else if (!lines.some(({ doubtful }) => doubtful)) break;
    const left = [...fate.values()].filter(({ status }) => status === "survived").length;
    console.log(`  ${left} left`);
  }
  return solos;
}

/**
 * @param mutants - those of the sandbox that are to be tried.
 * @param files - the tests that they meet.
 * @param how - `withEarly`: whether to try those that run while a module is loaded, too. Each takes a run of its own.
 *   `also`: by a module's name, what its tests are called that have another name. Then it meets its own tests alone.
 * @returns what has become of them, by their ids: `killed`, `hung`, `survived`, `unreached` or `untried`.
 */
export async function pass(mutants, files, { withEarly, also }) {
  const ids = new Set(mutants.map(({ id }) => id));
  const modules = new Set(mutants.map(({ file }) => parse(file).name));
  const isMeant = (file, module) =>
    isOf(file, module) || Boolean(also?.[module]?.test(parse(file).base));
  const { tests, early } = await cover(
    files.filter((file) => !also || [...modules].some((module) => isMeant(file, module))),
  );
  const ordered = inOrder(tests, modules);
  const times = Object.fromEntries(tests.map(({ test, ms }) => [test, ms]));
  const fate = new Map(mutants.map(({ id }) => [id, { status: "unreached" }]));
  const jobs = new Map();
  for (const { test, reached } of tests)
    for (const id of reached)
      if (ids.has(id)) {
        fate.set(id, { status: "survived" });
        jobs.set(test, (jobs.get(test) ?? new Set()).add(id));
      }
  const fileOfMutant = new Map(mutants.map(({ id, file }) => [id, parse(file).name]));
  const isOwn = (test, id) => isMeant(fileOf(test), fileOfMutant.get(id));
  const solos = [];
  for (const each of also ? [isOwn] : [isOwn, () => true])
    solos.push(...(await tryAll({ jobs, fate, ordered, times, isMeant: each })));
  for (const id of early) {
    if (!ids.has(id) || fate.get(id).status === "killed") continue;
    if (withEarly) solos.push({ id, tests: undefined });
    else fate.set(id, { status: "untried" });
  }
  const reaching = (id) =>
    tests
      .filter(({ test, reached }) => reached.includes(id) && (!also || isOwn(test, id)))
      .map(({ test }) => test);
  const trySolo = async (id, all) => {
    const wanted = new Set(all.map(fileOf));
    const lines = await run({
      phase: "solo",
      solo: id,
      files: ordered.filter((file) => wanted.has(file)),
      jobs: Object.fromEntries(all.map((test) => [test, []])),
    });
    const noticed = lines.find(({ hasFailed }) => hasFailed);
    // Without a single test, the modules could not be loaded.
    const isNoticed = noticed || lines.length === 0;
    const status = noticed?.isHung ? "hung" : isNoticed ? "killed" : "survived";
    return { status, test: noticed?.test, why: noticed?.why };
  };
  for (const { id, tests: own } of solos) {
    if (isStopped) break;
    let end = await trySolo(id, own ?? tests.map(({ test }) => test));
    // What failed was something that was left behind: the other tests have not met it yet.
    if (own && end.status === "survived") end = await trySolo(id, reaching(id));
    fate.set(id, end);
  }
  return fate;
}
