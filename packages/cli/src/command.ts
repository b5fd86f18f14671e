import type { Context } from "./context";
import type { Environment } from "./environment";
import type { Options, Values } from "./options";
import type { Output } from "./output";
import type { Prompts } from "./prompts";
import type { Secrets } from "./secrets";

/** What a command runs with. */
export interface CommandContext<O extends Options = Options> extends Context {
  readonly options: Values<O>;
  readonly output: Output;
  /** Variables of the process, and behind them those of the `.env*` files. */
  readonly environment: Environment;
  readonly secrets: Secrets;
  readonly prompts: Prompts;
}

/** A subcommand of `fauna-clerk`. */
export interface Command<O extends Options = Options> {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** More, for the command's own help. */
  readonly description?: string;
  readonly examples: readonly { readonly description: string; readonly command: string }[];
  readonly options: O;
  /** Returns the exit code; throws a {@link CliError} for a failure that has a fix. */
  // A method, so that commands with different options fit in one list.
  run(context: CommandContext<O>): Promise<number>;
}

/** Infers the types of the options' values. */
export function defineCommand<const O extends Options>(command: Command<O>): Command<O> {
  return command;
}
