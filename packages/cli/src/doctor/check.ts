import { CancelledError, CliError } from "../cli-error";
import { refusal, type RefusalCode } from "../explain";
import type { CheckContext } from "./check-context";
import { HOW_TO_GIVE, type Settings } from "./settings";

/** What a check says. */
export interface Finding {
  readonly status: "pass" | "warn" | "fail" | "skip";
  readonly message: string;
  /** How to fix it: with `fail` and `warn`. */
  readonly fix?: string;
  /** With `skip`: what was not given, where that is the reason. */
  readonly needs?: string;
}

/** One thing that has to be right. Whoever is named in it must not be broken for it to be looked at. */
export interface Check {
  /** The settings without which there is nothing to look at. */
  readonly needs: readonly (keyof Settings)[];
  /** Earlier checks whose failure would make this one fail as well. */
  readonly dependsOn?: readonly string[];
  /** May throw a `CliError`, which is a failure with its fix. */
  readonly run: (context: CheckContext) => Finding | Promise<Finding>;
}

/** Checks by name, in the order in which they are looked at. */
export type Checks = Readonly<Record<string, Check>>;

export const pass = (message: string): Finding => ({ status: "pass", message });
export const warn = (message: string, fix: string): Finding => ({ status: "warn", message, fix });
export const fail = (message: string, fix: string): Finding => ({ status: "fail", message, fix });

/** What would make Fauna answer 401. */
export function refused(code: RefusalCode, message: string, detail?: unknown): Finding {
  const { problem, fix } = refusal(code, detail);
  return fail(`${message}. ${problem}`, fix);
}

/** A finding and the check that made it. */
export interface CheckResult extends Finding {
  readonly name: string;
}

/** Looks at one thing after the other. What failed is told once: checks that hang on it are skipped. */
export async function* runChecks(
  checks: Checks,
  context: CheckContext,
): AsyncGenerator<CheckResult> {
  /** Checks that failed or were skipped, with the one whose failure is the cause. */
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
