import type { Run } from "../command";
import { clerkByHand, faunaByHand } from "./by-hand";
import { collectionsStep } from "./collections-step";
import { databaseStep } from "./database-step";
import { envStep } from "./env-step";
import { fslStep } from "./fsl-step";
import type { Goal } from "./goal";
import type { InitOptions } from "./options";
import type { Step } from "./plan";
import { providerStep } from "./provider-step";
import { rolesStep } from "./roles-step";
import { templateStep } from "./template-step";

/** Everything that init brings about, in the order in which one thing needs the other. */
export function stepsOf(goal: Goal, run: Run<InitOptions>): Step[] {
  return [
    ...serverSteps(goal),
    ...(run.options["no-dotenv"] ? [] : [envStep(goal, run)]),
    ...(run.options.fsl === undefined ? [] : [fslStep(goal, run, run.options.fsl)]),
  ];
}

/** What is on the servers. */
export function serverSteps(goal: Goal): Step[] {
  const { templates } = goal.settings;
  return [...faunaSteps(goal), templates ? templateStep(goal, templates) : clerkByHand(goal)];
}

function faunaSteps(goal: Goal): Step[] {
  const { fauna, collections } = goal.settings;
  if (!fauna) return [faunaByHand(goal)];
  return [
    databaseStep(goal, fauna),
    ...(collections.length > 0 ? [collectionsStep(goal)] : []),
    rolesStep(goal),
    providerStep(goal),
  ];
}
