import { CancelledError, CliError, EXIT } from "../cli-error";
import { type Command, type CommandContext, defineCommand } from "../command";
import { type GrantedRole, roleName } from "../fauna-state";
import { printHead, printInstructions, printOutcome, printSummary, toJsonDocument } from "./report";
import { initOptions, type InitOptions, readSettings, type Settings } from "./settings";
import { type ChooseRoles, Setup } from "./setup";
import { type Outcome, runSteps, StepError } from "./step";
import { initSteps } from "./steps";

const DEFAULT_ROLE = "user";

/** `fauna-clerk init`. */
export const init: Command<InitOptions> = defineCommand({
  name: "init",
  summary: "Set up Fauna's access provider, Clerk's JWT template and the env file",
  description: `Changes only what differs: a second run changes nothing, and after a failure the next run does the
rest. Needs FAUNA_ADMIN_KEY for Fauna and CLERK_SECRET_KEY for Clerk. Without one of them it prints
what to enter by hand, and where.`,
  examples: [
    {
      description: "Set up everything, with prompts for what is missing",
      command: "npx fauna-clerk init",
    },
    {
      description: "Show what would change",
      command: "npx fauna-clerk init --dry-run",
    },
    {
      description: "Without prompts, with a collection in which users have their own documents",
      command:
        "FAUNA_ADMIN_KEY=… CLERK_SECRET_KEY=… npx fauna-clerk init --publishable-key pk_test_… \\\n" +
        "    --endpoint http://127.0.0.1:8443 --collection Todo --yes",
    },
    {
      description: "Custom claims, and a role for users who have one of them",
      command:
        "npx fauna-clerk init --claim 'email={{user.primary_email_address}}' \\\n" +
        "    --claim 'role={{user.public_metadata.role}}' \\\n" +
        `    --role user --role 'editor=jwt => jwt.role == "editor"'`,
    },
    {
      description: "Secrets from a password manager",
      command: "op inject -i secrets.env | npx fauna-clerk init --secrets-stdin",
    },
  ],
  options: initOptions,
  run: runInit,
});

async function runInit(context: CommandContext<InitOptions>): Promise<number> {
  const settings = await readSettings(context);
  const chooseRoles = createRoleChooser(context);
  printHead(context.output, settings);
  if (context.prompts.interactive && !context.options["dry-run"]) {
    const planned = await runPlan(context, settings, chooseRoles, true);
    if (!planned.outcomes.some(isPlanned)) return finish(context, planned);
    if (!(await context.prompts.confirm("Make these changes?"))) throw new CancelledError();
  }
  return finish(context, await runPlan(context, settings, chooseRoles, context.options["dry-run"]));
}

interface SetupResult {
  readonly setup: Setup;
  readonly outcomes: readonly Outcome[];
}

async function runPlan(
  context: CommandContext<InitOptions>,
  settings: Settings,
  chooseRoles: ChooseRoles,
  dryRun: boolean,
): Promise<SetupResult> {
  const setup = new Setup(settings, chooseRoles);
  const steps = initSteps(setup, context);
  const onStart = (title: string): void => context.output.progress(`${title} …`);
  const onOutcome = (outcome: Outcome): void => printOutcome(context.output, outcome);
  try {
    return {
      setup,
      outcomes: await runSteps(steps, { dryRun, signal: context.signal, onStart, onOutcome }),
    };
  } catch (error) {
    throw error instanceof StepError ? withResumeHint(error) : error;
  }
}

/** Adds what is done already, and that the next run continues from there. */
function withResumeHint({ step, done, code, message, fix, cause }: StepError): CliError {
  const changed = done.filter(({ state }) => state === "created" || state === "updated");
  const titles = changed.map(({ title }) => title).join(", ");
  const before = titles === "" ? "Nothing was changed yet" : `Already done: ${titles}`;
  const rest = `${before}. Run init again to continue with "${step}".`;
  return new CliError(code, message, fix === undefined ? rest : `${fix}\n  ${rest}`, { cause });
}

function finish({ output }: CommandContext<InitOptions>, { setup, outcomes }: SetupResult): number {
  output.result(toJsonDocument(setup, outcomes));
  printInstructions(output, outcomes);
  printSummary(output, setup.settings, outcomes);
  return outcomes.some(({ state }) => state === "manual") ? EXIT.incomplete : EXIT.ok;
}

function isPlanned({ state }: Outcome): boolean {
  return state === "toCreate" || state === "toUpdate";
}

/** On a terminal, prompts once for the roles of users. By default they keep theirs, or get `user`. */
function createRoleChooser({ prompts }: CommandContext<InitOptions>): ChooseRoles {
  let chosen: readonly GrantedRole[] | undefined;
  return async (known, granted) => {
    if (chosen === undefined && prompts.interactive && known.length > 0)
      chosen = await prompts.multiselect(roleQuestion(granted), known, granted.map(roleName));
    if (chosen?.length) return chosen;
    return granted.length > 0 ? granted : [DEFAULT_ROLE];
  };
}

function roleQuestion(granted: readonly GrantedRole[]): string {
  const hint = granted.length > 0 ? "granted roles stay" : "none: create user";
  return `Roles of signed-in users (${hint})`;
}
