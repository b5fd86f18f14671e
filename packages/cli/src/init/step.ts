import { CancelledError, CliError } from "../cli-error";

/** Something that has to be done by hand, because a secret was not there: where, and what to enter. */
export interface Instructions {
  readonly where: string;
  readonly lines: readonly string[];
}

/** A difference between what is and what should be. */
export interface Change {
  readonly kind: "create" | "update";
  /** The difference, line by line. */
  readonly details: readonly string[];
  /** Makes it so. May return more details, known only now. */
  apply(): Promise<readonly string[] | undefined>;
}

/** What the inspection of a step found. */
export type Finding =
  | { readonly state: "same"; readonly details?: readonly string[] }
  | { readonly state: "change"; readonly change: Change }
  | { readonly state: "manual"; readonly instructions: Instructions };

/** One thing that has to be in a certain way. Inspecting changes nothing. */
export interface Step {
  readonly title: string;
  inspect(): Promise<Finding>;
}

export type OutcomeState = "unchanged" | "created" | "updated" | "toCreate" | "toUpdate" | "manual";

/** What became of a step. */
export interface Outcome {
  readonly title: string;
  readonly state: OutcomeState;
  readonly details: readonly string[];
  readonly instructions?: Instructions;
}

/** A step failed: those before it are done, and running the command again goes on from there. */
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
 * Inspects one step after another and makes each as it should be; a dry run stops short of that. Because each looks
 * before it acts, a run after a complete one changes nothing, and a run after one that was cut short does the rest.
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

/** Failures of the file system have their own names; anything else nobody foresaw. */
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
