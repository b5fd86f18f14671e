import { parseArgs } from "node:util";
import { CliError, EXIT, UsageError } from "./cli-error";
import type { Command, CommandContext } from "./command";
import type { Context } from "./context";
import { Environment } from "./environment";
import { help, overview } from "./help";
import { GLOBAL_OPTIONS, type Options } from "./options";
import { Output } from "./output";
import { Prompts } from "./prompts";
import { looksLikeSecret, Secrets } from "./secrets";

/** Each command is loaded only when it runs. */
const COMMANDS = {
  init: {
    summary: "Set up Fauna's access provider, Clerk's JWT template and the env file",
    load: async (): Promise<Command> => (await import("./init/init")).init,
  },
  doctor: {
    summary: "Check the links from Clerk to Fauna, and say how to fix what is wrong",
    load: async (): Promise<Command> => (await import("./doctor/doctor")).doctor,
  },
  dev: {
    summary: "Start a local Fauna and a local Clerk, to develop without an account",
    load: async (): Promise<Command> => (await import("./dev/dev")).dev,
  },
};

/** Runs one command line and returns the exit code. Never throws. */
export async function main(args: readonly string[], context: Context): Promise<number> {
  const json = args.includes("--json");
  let redact = (text: string): string => text;
  const output = new Output(context, { json, redact: (text) => redact(text) });
  try {
    refuseSecrets(args);
    const [name = "", ...rest] = args;
    if (name === "" || name.startsWith("-")) return runGlobalOption(args, context, output);
    const command = await loadCommand(name);
    const commandContext = await createCommandContext(command, rest, context, output);
    redact = (text) => commandContext.secrets.redact(text);
    if (commandContext.options["help"] === true) {
      output.line(help(command));
      return EXIT.ok;
    }
    return await command.run(commandContext);
  } catch (error) {
    return reportError(error, output);
  }
}

function refuseSecrets(args: readonly string[]): void {
  if (args.some(looksLikeSecret))
    throw new UsageError(
      "A secret was given as an argument.",
      "Arguments end up in the shell's history and in the process list. " +
        "Revoke this secret, and pass a new one in the environment, on stdin or at the prompt.",
    );
}

function runGlobalOption(args: readonly string[], { version }: Context, output: Output): number {
  if (args.includes("--version")) output.line(version);
  else if (args.length === 0 || args.includes("--help") || args.includes("-h"))
    output.line(overview(listOfCommands()));
  else throw new UsageError("No command was given.", "fauna-clerk --help lists the commands.");
  return args.length === 0 ? EXIT.usage : EXIT.ok;
}

function listOfCommands(): { name: string; summary: string }[] {
  return Object.entries(COMMANDS).map(([name, { summary }]) => ({ name, summary }));
}

function loadCommand(name: string): Promise<Command> {
  if (!Object.hasOwn(COMMANDS, name))
    throw new UsageError(
      `There is no command "${name}".`,
      `Commands: ${Object.keys(COMMANDS).join(", ")}.`,
    );
  return COMMANDS[name as keyof typeof COMMANDS].load();
}

async function createCommandContext(
  command: Command,
  args: string[],
  context: Context,
  output: Output,
): Promise<CommandContext> {
  const options = parseOptions(command, args);
  const environment = await Environment.load(context);
  const prompts = new Prompts(context, output.json || options["yes"] === true);
  const stdin = options["secrets-stdin"] === true;
  const secrets = new Secrets(context, { environment, prompts, stdin });
  return { ...context, options, output, environment, prompts, secrets };
}

function parseOptions(command: Command, args: string[]): CommandContext["options"] {
  try {
    const options: Options = { ...command.options, ...GLOBAL_OPTIONS };
    const lists = Object.entries(options).filter(([, { multiple }]) => multiple);
    const none = Object.fromEntries(lists.map(([name]) => [name, []]));
    return {
      ...none,
      ...parseArgs({ args, options, strict: true }).values,
    } as CommandContext["options"];
  } catch (error) {
    // The first sentence names the option. The rest may be about positional arguments, which we do not have.
    const [message = ""] = (error as Error).message.split(". ");
    throw new UsageError(`${message}.`, `fauna-clerk ${command.name} --help lists the options.`);
  }
}

/** Prints what failed, with a stack trace only if it is unexpected. */
function reportError(error: unknown, output: Output): number {
  if (!(error instanceof CliError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    output.error(`${output.style("red", "✗")} Unexpected: ${text}`);
    output.result({ ok: false, error: { code: "unexpected", message: String(error) } });
    return EXIT.failed;
  }
  const { code, message, fix } = error;
  output.result({ ok: false, error: { code, message, ...(fix !== undefined && { fix }) } });
  if (!output.json) {
    output.error(`${output.style("red", "✗")} ${message}`);
    if (fix !== undefined) output.error(`  ${fix}`);
  }
  return error.exitCode;
}
