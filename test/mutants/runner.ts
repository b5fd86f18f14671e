// Vitest's runner, which repeats each test once for each mutant that the test reaches. All in one worker, because to start
// one takes longer than most tests.
import { appendFileSync, readFileSync } from "node:fs";
import { relative } from "node:path";

import { TestRunner, type RunnerTask, type RunnerTestCase } from "vitest";

import { limitWaits } from "./waits";

/** What `run.mjs` asks for. */
interface Plan {
  /**
   * `cover`: which mutants each test reaches. `try`: which tests notice `jobs`. `solo`: whether any test notices one
   * mutant, which is there before any module is loaded.
   */
  readonly phase: "cover" | "try" | "solo";
  /** The mutants to try, by the test. */
  readonly jobs: Readonly<Record<string, readonly string[]>>;
  readonly solo?: string;
  /** How long each test takes without mutants, in ms. */
  readonly times?: Readonly<Record<string, number>>;
  /** Where each line is a JSON of what has happened. */
  readonly log: string;
}

/** What the instrumented sources look at, under this name. */
interface Switch {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number;
  hitLimit?: number;
  mutantCoverage: { static: Record<string, number>; perTest: Record<string, object> };
}

const plan = JSON.parse(readFileSync(process.env["MUTANTS_PLAN"] ?? "", "utf8")) as Plan;
const mutants: Switch = ((globalThis as { __stryker__?: Switch }).__stryker__ ??= {
  mutantCoverage: { static: {}, perTest: {} },
});
const log = (line: object): void => appendFileSync(plan.log, `${JSON.stringify(line)}\n`);

/** A loop that a mutant makes endless ends after as many rounds. */
const HIT_LIMIT = 1_000_000;
/** A test hangs when it takes so much longer than without mutants. */
const PATIENCE = { factor: 8, leastMs: 2500 };
/**
 * It waits in vain when what it waits for takes so much longer than the whole test without mutants, and longer than TanStack's
 * pause before it tries again, which is a second: what comes after that comes late, and not in vain.
 */
const WAIT = { factor: 4, leastMs: 1500 };
/** In a new worker, which has everything still to load, tests take longer. */
const SOLO_WAIT_MS = 2500;
// Tests fake timers.
const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;
/** The coverage of what runs between tests, such as code that is loaded on demand. */
const BETWEEN = "between";

const isHung = (why: string): boolean => /timed out in \d+ms|Hit count limit/.test(why);

const nameOf = (task: RunnerTask): string =>
  task.suite ? `${nameOf(task.suite)} > ${task.name}` : task.name;
const idOf = (test: RunnerTestCase): string =>
  `${relative(process.cwd(), test.file.filepath)} > ${nameOf(test)}`;

/** Mutants that need not be tried any more. */
const decided = new Set<string>();
/** Whether what a mutant has left behind may disturb others: a new worker is needed. */
let isSpoilt = false;

if (plan.solo !== undefined) mutants.activeMutant = plan.solo;
if (plan.phase === "solo") limitWaits(SOLO_WAIT_MS);

export default class MutantRunner extends TestRunner {
  /** The mutants that are still to be tried with the running test. */
  #jobs: string[] = [];
  #tried: string | undefined;
  /** A mutant that the test has noticed, unless the test fails without it, too. */
  #noticed: { readonly mutant: string; readonly why: string } | undefined;

  override async importFile(...args: Parameters<TestRunner["importFile"]>): Promise<unknown> {
    mutants.currentTestId = undefined;
    await super.importFile(...args);
    if (plan.phase === "cover") log({ loaded: Object.keys(mutants.mutantCoverage.static) });
    mutants.currentTestId = BETWEEN;
    return undefined;
  }

  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    const { jobs } = plan;
    this.#jobs = (jobs[idOf(test)] ?? []).filter((mutant) => !decided.has(mutant));
    if (plan.phase === "cover") test.repeats = 1;
    if (plan.phase === "try") test.repeats = 2 * this.#jobs.length;
    const isWanted =
      plan.phase === "try" ? this.#jobs.length > 0 : plan.phase === "cover" || jobs[idOf(test)];
    if (isSpoilt || !isWanted) test.mode = "skip";
    await super.onBeforeRunTask(test);
  }

  override onBeforeTryTask(test: RunnerTestCase): void {
    super.onBeforeTryTask(test);
    // Assertions that a hung try still waits for.
    test.promises = [];
    if (plan.phase === "cover")
      log({ between: Object.keys(mutants.mutantCoverage.perTest[BETWEEN] ?? {}) });
    mutants.mutantCoverage.perTest = {};
    mutants.currentTestId = idOf(test);
    if (plan.phase !== "try") return;
    if (!this.#noticed) {
      this.#tried = isSpoilt ? undefined : this.#jobs.shift();
      if (this.#tried === undefined) throw new Error("Nothing is left to try.");
      log({ begun: this.#tried, test: idOf(test) });
    }
    mutants.activeMutant = this.#tried;
    Object.assign(mutants, { hitCount: 0, hitLimit: HIT_LIMIT });
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    const usualMs = plan.times?.[idOf(test)];
    if (usualMs === undefined) return TestRunner.getTestFn(test)();
    limitWaits(Math.max(WAIT.leastMs, WAIT.factor * usualMs));
    const limitMs = Math.max(PATIENCE.leastMs, PATIENCE.factor * usualMs);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hang = new Promise<never>((_, reject) => {
      timer = startTimer(() => reject(new Error(`Test timed out in ${limitMs}ms.`)), limitMs);
    });
    await Promise.race([TestRunner.getTestFn(test)(), hang]).finally(() => stopTimer(timer));
  }

  onAfterRetryTask(test: RunnerTestCase, { repeats }: { repeats: number }): void {
    const result = test.result!;
    const hasFailed = result.state === "fail";
    const why = result.errors?.[0]?.message ?? "";
    if (plan.phase === "cover")
      log({
        test: idOf(test),
        round: repeats,
        hasFailed,
        why,
        ms: Date.now() - result.startTime!,
        reached: Object.keys(mutants.mutantCoverage.perTest[idOf(test)] ?? {}),
      });
    else if (plan.phase === "solo") {
      if (hasFailed) isSpoilt = true;
      log({ solo: plan.solo, test: idOf(test), hasFailed, isHung: isHung(why), why });
    } else this.#judge(idOf(test), hasFailed, why);
    mutants.currentTestId = BETWEEN;
    result.state = "run";
    delete result.errors;
  }

  #judge(test: string, hasFailed: boolean, why: string): void {
    const mutant = this.#noticed?.mutant ?? this.#tried;
    const before = this.#noticed;
    this.#tried = this.#noticed = undefined;
    mutants.activeMutant = undefined;
    if (mutant === undefined) return;
    if (!before) {
      if (hasFailed) this.#noticed = { mutant, why };
      else log({ passed: mutant, test });
      return;
    }
    decided.add(mutant);
    // If it fails without the mutant, too, something was left behind.
    isSpoilt = hasFailed;
    const noticed = isHung(before.why) ? "hung" : "killed";
    const fate = hasFailed ? "doubtful" : noticed;
    log({ [fate]: mutant, test, why: before.why });
  }
}
