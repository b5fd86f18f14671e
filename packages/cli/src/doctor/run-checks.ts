import { CancelledError, CliError } from "../cli-error";
import { fail, type Check, type Checks, type Finding } from "./check";
import type { CheckContext } from "./facts";
import { HOW_TO_GIVE } from "./settings";

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
