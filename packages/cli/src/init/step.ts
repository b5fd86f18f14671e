import { CancelledError, CliError } from "../cli-error";

/** What to do by hand because a secret is missing: where, and what to enter. */
export interface Instructions {
  readonly where: string;
  readonly lines: readonly string[];
}

/** A change that a step wants to make. */
export interface Change {
  readonly kind: "create" | "update";
  /** What changes, line by line. */
  readonly details: readonly string[];
  /** Makes the change. May return details that are known only afterwards. */
  apply(): Promise<readonly string[] | undefined>;
}

/** The result of an inspection. */
export type Finding =
  | { readonly state: "same"; readonly details?: readonly string[] }
  | { readonly state: "change"; readonly change: Change }
  | { readonly state: "manual"; readonly instructions: Instructions };

/** One part of the set-up. `inspect` changes nothing. */
export interface Step {
  readonly title: string;
  inspect(): Promise<Finding>;
}

export type OutcomeState = "unchanged" | "created" | "updated" | "toCreate" | "toUpdate" | "manual";

/** The outcome of a step. */
export interface Outcome {
  readonly title: string;
  readonly state: OutcomeState;
  readonly details: readonly string[];
  readonly instructions?: Instructions;
}

/** A step failed. The steps before it are done, and another run continues from there. */
export class StepError extends CliError {
  override readonly name = "StepError";

  constructor(
    readonly step: string,
    readonly done: readonly Outcome[],
    cause: CliError,
  ) {
    super(cause.code, `${step}: ${cause.message}`, cause.fix, { cause });
  }
}

interface RunStepsOptions {
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly onStart?: (title: string) => void;
  readonly onOutcome: (outcome: Outcome) => void;
}

const DONE_STATES = { create: "created", update: "updated" } as const;
const PLANNED_STATES = { create: "toCreate", update: "toUpdate" } as const;

/**
 * Inspects each step and makes its change, unless it is a dry run. Each step inspects before it acts, so a second run
 * changes nothing, and a run after an interrupted one does the rest.
 */
export async function runSteps(
  steps: readonly Step[],
  { dryRun, signal, onStart, onOutcome }: RunStepsOptions,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    onStart?.(step.title);
    try {
      if (signal.aborted) throw new CliError("interrupted", "Interrupted.");
      const outcome = await runStep(step, dryRun);
      outcomes.push(outcome);
      onOutcome(outcome);
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      throw new StepError(step.title, outcomes, toCliError(error));
    }
  }
  return outcomes;
}

/** Turns failures of the file system into a CliError. Rethrows other errors, which are unexpected. */
function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof Error && "syscall" in error)
    return new CliError("file", error.message, undefined, { cause: error });
  throw error;
}

async function runStep(step: Step, dryRun: boolean): Promise<Outcome> {
  const { title } = step;
  const finding = await step.inspect();
  if (finding.state === "same")
    return { title, state: "unchanged", details: finding.details ?? [] };
  if (finding.state === "manual")
    return { title, state: "manual", details: [], instructions: finding.instructions };
  const { change } = finding;
  const { kind, details } = change;
  if (dryRun) return { title, state: PLANNED_STATES[kind], details };
  const more = (await change.apply()) ?? [];
  return { title, state: DONE_STATES[kind], details: [...details, ...more] };
}
