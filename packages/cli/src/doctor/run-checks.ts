import { CancelledError, CliError } from "../cli-error";
import { fail, type Check, type Checks, type Finding } from "./check";
import type { Facts } from "./facts";
import { HOW_TO_GIVE } from "./settings";

/** A finding and the check that made it. */
export interface Result extends Finding {
  readonly name: string;
}

/** Looks at one thing after the other. What failed is told once: checks that hang on it are skipped. */
export async function* runChecks(checks: Checks, facts: Facts): AsyncGenerator<Result> {
  /** Checks that failed or were skipped, with the one whose failure is the cause. */
  const broken = new Map<string, string>();
  for (const [name, check] of Object.entries(checks)) {
    const obstacle = check.after?.find((before) => broken.has(before));
    const cause = broken.get(obstacle ?? "");
    const finding = whySkipped(check, facts, cause) ?? (await findingOf(check, facts));
    if (facts.context.signal.aborted) throw new CancelledError();
    if (cause !== undefined || finding.status === "fail") broken.set(name, cause ?? name);
    yield { name, ...finding };
  }
}

function whySkipped({ needs }: Check, { settings }: Facts, cause?: string): Finding | undefined {
  const missing = needs.find((setting) => settings[setting] === undefined);
  const how = missing && HOW_TO_GIVE[missing];
  if (how !== undefined) return { status: "skip", message: `Needs ${how}.`, needs: how };
  return cause === undefined ? undefined : { status: "skip", message: `Waits for: ${cause}.` };
}

async function findingOf({ look }: Check, facts: Facts): Promise<Finding> {
  try {
    return await look(facts);
  } catch (error) {
    if (error instanceof CliError) return fail(error.message, error.fix ?? "Try again.");
    throw error;
  }
}
