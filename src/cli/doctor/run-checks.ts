import { CliError } from "../cli-error";
import { fail, type Check, type Checks, type Finding } from "./check";
import type { Facts } from "./facts";
import { HOW_TO_GIVE } from "./settings";

/** A finding and the check that made it. */
export interface Result extends Finding {
  readonly name: string;
}

/** Looks at one thing after the other. What failed is told once: checks that hang on it are skipped. */
export async function* runChecks(checks: Checks, facts: Facts): AsyncGenerator<Result> {
  const broken = new Set<string>();
  for (const [name, check] of Object.entries(checks)) {
    const obstacle = check.after?.find((before) => broken.has(before));
    const finding = obstacle === undefined ? await findingOf(check, facts) : waitsFor(obstacle);
    if (obstacle !== undefined || finding.status === "fail") broken.add(name);
    yield { name, ...finding };
  }
}

async function findingOf({ needs, look }: Check, facts: Facts): Promise<Finding> {
  const missing = needs.find((setting) => facts.settings[setting] === undefined);
  if (missing !== undefined) return { status: "skip", saw: `Needs ${HOW_TO_GIVE[missing]}.` };
  try {
    return await look(facts);
  } catch (error) {
    if (error instanceof CliError) return fail(error.message, error.mend ?? "Try again.");
    throw error;
  }
}

const waitsFor = (name: string): Finding => ({ status: "skip", saw: `Waits for: ${name}.` });
