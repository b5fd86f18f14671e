import { indent, type Mark, type Output } from "../output";
import { describeInstance } from "../publishable-key";
import type { Settings } from "./settings";
import type { Setup } from "./setup";
import type { Outcome, OutcomeState } from "./step";

const OUTCOME_LABELS: Record<OutcomeState, readonly [Mark, string]> = {
  unchanged: ["ok", "unchanged"],
  created: ["added", "created"],
  updated: ["changed", "updated"],
  toCreate: ["added", "would be created"],
  toUpdate: ["changed", "would be updated"],
  manual: ["warned", "to do by hand"],
};

/** Prints which instance and server this run is about. */
export function printHead(output: Output, { instance, endpoint, template }: Settings): void {
  output.line(`Clerk  ${instance.issuer} (${describeInstance(instance)}), template ${template}`);
  output.line(`Fauna  ${endpoint ?? "no endpoint given"}`);
  output.line();
}

export function printOutcome(output: Output, { title, state, details }: Outcome): void {
  const [mark, text] = OUTCOME_LABELS[state];
  output.item(mark, `${title}: ${text}`, details);
}

/** Prints what to enter by hand, and where. */
export function printInstructions(output: Output, outcomes: readonly Outcome[]): void {
  for (const { title, instructions } of outcomes) {
    if (!instructions) continue;
    output.line();
    output.line(output.style("bold", `${title}, by hand`));
    output.line(instructions.where);
    for (const line of instructions.lines) output.line(indent(line));
  }
}

export function printSummary(
  output: Output,
  { template }: Settings,
  outcomes: readonly Outcome[],
): void {
  const any = (...states: OutcomeState[]): boolean =>
    outcomes.some(({ state }) => states.includes(state));
  output.line();
  if (any("toCreate", "toUpdate")) output.line("Nothing was changed: this was a dry run.");
  else if (any("created", "updated")) output.line("Done.");
  else output.line("Nothing to change.");
  if (any("manual")) output.line("Some steps are left to do by hand, see above.");
  if (template !== "fauna") output.line(`In the app: <FaunaProvider template="${template}" …>`);
  output.line("To check everything, run npx fauna-clerk doctor.");
}

/** The document of `--json`. */
export function toJsonDocument(
  { settings, audience }: Setup,
  outcomes: readonly Outcome[],
): unknown {
  const { instance, endpoint, template } = settings;
  const { issuer, jwksUri } = instance;
  return {
    ok: true,
    changed: outcomes.some(({ state }) => state === "created" || state === "updated"),
    complete: !outcomes.some(({ state }) => state === "manual"),
    clerk: { issuer, jwksUri, template },
    fauna: { endpoint: endpoint ?? null, audience: audience ?? null },
    steps: outcomes,
  };
}
