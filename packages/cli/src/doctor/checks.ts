import type { Checks } from "./check";
import { clerkChecks } from "./checks/clerk-checks";
import { providerChecks } from "./checks/provider-checks";
import { serverChecks } from "./checks/server-checks";
import { templateChecks } from "./checks/template-checks";
import { tokenChecks } from "./checks/token-checks";

/** All that is looked at. */
export const checks: Checks = {
  ...clerkChecks,
  ...serverChecks,
  ...providerChecks,
  ...templateChecks,
  ...tokenChecks,
};
