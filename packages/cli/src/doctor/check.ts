import { CancelledError, CliError } from "../cli-error";
import { refusal, type RefusalCode } from "../explain";
import type { CheckContext } from "./check-context";
import { HOW_TO_GIVE, type Settings } from "./settings";

/** The result of a check. */
export interface Finding {
  readonly status: "pass" | "warn" | "fail" | "skip";
  readonly message: string;
  /** With `fail` and `warn`: how to fix it. */
  readonly fix?: string;
  /** With `skip`: the option or variable that the check lacks, if that is the reason. */
  readonly needs?: string;
}

/** Checks one thing that has to be right. */
export interface Check {
  /** The settings without which it is skipped. */
  readonly needs: readonly (keyof Settings)[];
  /** Earlier checks whose failure would make this one fail too: then it is skipped. */
  readonly dependsOn?: readonly string[];
  /** May throw a `CliError`, which counts as a failure. */
  readonly run: (context: CheckContext) => Finding | Promise<Finding>;
}

/** Checks by name, in the order in which they run. */
export type Checks = Readonly<Record<string, Check>>;

export const pass = (message: string): Finding => ({ status: "pass", message });
export const warn = (message: string, fix: string): Finding => ({ status: "warn", message, fix });
export const fail = (message: string, fix: string): Finding => ({ status: "fail", message, fix });

/** A failure that makes Fauna answer 401. */
export function refused(code: RefusalCode, message: string, detail?: unknown): Finding {
  const { problem, fix } = refusal(code, detail);
  return fail(`${message}. ${problem}`, fix);
}

/** A finding, and the name of its check. */
export interface CheckResult extends Finding {
  readonly name: string;
}

/** Runs checks in order. Skips those that depend on a failed one, so that each problem is reported once. */
export async function* runChecks(
  checks: Checks,
  context: CheckContext,
): AsyncGenerator<CheckResult> {
  /** Checks that failed or were skipped, each with the failed check that is the cause. */
  const broken = new Map<string, string>();
  for (const [name, check] of Object.entries(checks)) {
    const brokenDependency = check.dependsOn?.find((before) => broken.has(before));
    const rootCause = broken.get(brokenDependency ?? "");
    const finding = skipReason(check, context, rootCause) ?? (await runCheck(check, context));
    if (context.cli.signal.aborted) throw new CancelledError();
    if (rootCause !== undefined || finding.status === "fail") broken.set(name, rootCause ?? name);
    yield { name, ...finding };
  }
}

function skipReason(
  { needs }: Check,
  { settings }: CheckContext,
  cause?: string,
): Finding | undefined {
  const missing = needs.find((setting) => settings[setting] === undefined);
  const howToGive = missing && HOW_TO_GIVE[missing];
  if (howToGive !== undefined)
    return { status: "skip", message: `Needs ${howToGive}.`, needs: howToGive };
  return cause === undefined ? undefined : { status: "skip", message: `Waits for: ${cause}.` };
}

async function runCheck({ run }: Check, context: CheckContext): Promise<Finding> {
  try {
    return await run(context);
  } catch (error) {
    if (error instanceof CliError) return fail(error.message, error.fix ?? "Try again.");
    throw error;
  }
}
