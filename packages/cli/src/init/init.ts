import { CancelledError, CliError, EXIT } from "../cli-error";
import { defineCommand, type Command, type Run } from "../command";
import { roleName, type GrantedRole } from "../fauna-state";
import { Goal, type ChooseRoles } from "./goal";
import { initOptions, type InitOptions } from "./options";
import { runSteps, StepError, type Outcome } from "./plan";
import { documentOf, printByHand, printHead, printOutcome, printSummary } from "./report";
import { readSettings, type Settings } from "./settings";
import { stepsOf } from "./steps";

const DEFAULT_ROLE = "user";

/** `fauna-clerk init`. */
export const init: Command<InitOptions> = defineCommand({
  name: "init",
  summary: "Set up Fauna's access provider, Clerk's JWT template and the env file",
  description: `Looks at what is there, and makes or changes only what differs: running it again changes nothing,
and after a failure it goes on where it stopped. FAUNA_ADMIN_KEY is needed for Fauna and CLERK_SECRET_KEY for
Clerk; without one of them it says what to enter by hand, and where.`,
  examples: [
    {
      does: "Set up everything, being asked for what is missing",
      command: "npx fauna-clerk init",
    },
    {
      does: "Look first: what would change?",
      command: "npx fauna-clerk init --dry-run",
    },
    {
      does: "Without questions, with a collection in which users have their own documents",
      command:
        "FAUNA_ADMIN_KEY=… CLERK_SECRET_KEY=… npx fauna-clerk init --publishable-key pk_test_… \\\n" +
        "    --endpoint http://127.0.0.1:8443 --collection Todo --yes",
    },
    {
      does: "Custom claims, and a role for those who have one",
      command:
        "npx fauna-clerk init --claim 'email={{user.primary_email_address}}' \\\n" +
        "    --claim 'role={{user.public_metadata.role}}' \\\n" +
        `    --role user --role 'editor=jwt => jwt.role == "editor"'`,
    },
    {
      does: "Secrets from a password manager",
      command: "op inject -i secrets.env | npx fauna-clerk init --secrets-stdin",
    },
  ],
  options: initOptions,
  run: runInit,
});

async function runInit(run: Run<InitOptions>): Promise<number> {
  const settings = await readSettings(run);
  const chooseRoles = rolesAsker(run);
  printHead(run.output, settings);
  if (run.prompts.interactive && !run.options["dry-run"]) {
    const planned = await carryOut(run, settings, chooseRoles, true);
    if (!planned.outcomes.some(isPlanned)) return finish(run, planned);
    if (!(await run.prompts.confirm("Make these changes?"))) throw new CancelledError();
  }
  return finish(run, await carryOut(run, settings, chooseRoles, run.options["dry-run"]));
}

interface Result {
  readonly goal: Goal;
  readonly outcomes: readonly Outcome[];
}

async function carryOut(
  run: Run<InitOptions>,
  settings: Settings,
  chooseRoles: ChooseRoles,
  dryRun: boolean,
): Promise<Result> {
  const goal = new Goal(settings, chooseRoles);
  const steps = stepsOf(goal, run);
  const onStart = (title: string): void => run.output.progress(`${title} …`);
  const onOutcome = (outcome: Outcome): void => printOutcome(run.output, outcome);
  try {
    return {
      goal,
      outcomes: await runSteps(steps, { dryRun, signal: run.signal, onStart, onOutcome }),
    };
  } catch (error) {
    throw error instanceof StepError ? unfinished(error) : error;
  }
}

/** What was done stays done, and is not done twice. */
function unfinished({ step, done, code, message, fix, cause }: StepError): CliError {
  const changed = done.filter(({ state }) => state === "created" || state === "updated");
  const titles = changed.map(({ title }) => title).join(", ");
  const before = titles === "" ? "Nothing was changed before" : `Done before: ${titles}`;
  const rest = `${before}. Run init again: it goes on with "${step}".`;
  return new CliError(code, message, fix === undefined ? rest : `${fix}\n  ${rest}`, { cause });
}

function finish({ output }: Run<InitOptions>, { goal, outcomes }: Result): number {
  output.result(documentOf(goal, outcomes));
  printByHand(output, outcomes);
  printSummary(output, goal.settings, outcomes);
  return outcomes.some(({ state }) => state === "manual") ? EXIT.incomplete : EXIT.ok;
}

function isPlanned({ state }: Outcome): boolean {
  return state === "toCreate" || state === "toUpdate";
}

/** Asks once, on a terminal, which of the database's roles users get. Nobody there: what they have, or `user`. */
function rolesAsker({ prompts }: Run<InitOptions>): ChooseRoles {
  let chosen: readonly GrantedRole[] | undefined;
  return async (known, granted) => {
    if (chosen === undefined && prompts.interactive && known.length > 0)
      chosen = await prompts.choose(questionOn(granted), known, granted.map(roleName));
    if (chosen?.length) return chosen;
    return granted.length > 0 ? granted : [DEFAULT_ROLE];
  };
}

function questionOn(granted: readonly GrantedRole[]): string {
  const hint = granted.length > 0 ? "those they have stay" : "none: a new one, user";
  return `Roles of signed-in users (${hint})`;
}
