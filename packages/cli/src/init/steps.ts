import type { CommandContext } from "../command";
import { collectionsStep, databaseStep } from "./database-steps";
import { envStep } from "./env-step";
import { fslStep } from "./fsl-step";
import { manualClerkStep, manualFaunaStep } from "./manual-steps";
import { providerStep } from "./provider-step";
import { rolesStep } from "./roles-step";
import type { InitOptions } from "./settings";
import type { Setup } from "./setup";
import type { Step } from "./step";
import { templateStep } from "./template-step";

/** All steps of init. Later steps need earlier ones. */
export function initSteps(setup: Setup, context: CommandContext<InitOptions>): Step[] {
  return [
    ...serverSteps(setup),
    ...(context.options["no-dotenv"] ? [] : [envStep(setup, context)]),
    ...(context.options.fsl === undefined ? [] : [fslStep(setup, context, context.options.fsl)]),
  ];
}

/** The steps that change the servers. */
export function serverSteps(setup: Setup): Step[] {
  const { clerk } = setup.settings;
  return [...faunaSteps(setup), clerk ? templateStep(setup, clerk) : manualClerkStep(setup)];
}

function faunaSteps(setup: Setup): Step[] {
  const { fauna, collections } = setup.settings;
  if (!fauna) return [manualFaunaStep(setup)];
  return [
    databaseStep(setup, fauna),
    ...(collections.length > 0 ? [collectionsStep(setup)] : []),
    rolesStep(setup),
    providerStep(setup),
  ];
}
