import { indent, type Mark, type Output } from "../output";
import { titleOf } from "../publishable-key";
import type { Goal } from "./goal";
import type { Outcome, OutcomeState } from "./plan";
import type { Settings } from "./settings";

const SHOWN: Record<OutcomeState, readonly [Mark, string]> = {
  unchanged: ["ok", "as it should be"],
  created: ["added", "created"],
  updated: ["changed", "updated"],
  toCreate: ["added", "would be created"],
  toUpdate: ["changed", "would be updated"],
  manual: ["warned", "to be done by hand"],
};

/** Whom this is about. */
export function printHead(output: Output, { instance, endpoint, template }: Settings): void {
  output.line(`Clerk  ${instance.issuer} (${titleOf(instance)}), template ${template}`);
  output.line(`Fauna  ${endpoint ?? "no endpoint given"}`);
  output.line();
}

export function printOutcome(output: Output, { title, state, details }: Outcome): void {
  const [mark, text] = SHOWN[state];
  output.item(mark, `${title}: ${text}`, details);
}

/** What to enter, and where. */
export function printByHand(output: Output, outcomes: readonly Outcome[]): void {
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
  if (any("manual")) output.line("Something is left to be done by hand, see above.");
  if (template !== "fauna") output.line(`In the app: <FaunaProvider template="${template}" …>`);
  output.line("npx fauna-clerk doctor checks the whole chain.");
}

/** The document of `--json`. */
export function documentOf({ settings, audience }: Goal, outcomes: readonly Outcome[]): unknown {
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
