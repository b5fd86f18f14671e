import type { Context } from "./context";
import type { Environment } from "./environment";
import type { Options, Values } from "./options";
import type { Output } from "./output";
import type { Prompts } from "./prompts";
import type { Secrets } from "./secrets";

/** What a command gets to run: its options, and the process around it. */
export interface CommandContext<O extends Options = Options> extends Context {
  readonly options: Values<O>;
  readonly output: Output;
  /** Variables of the process, then those of `.env*` files. */
  readonly environment: Environment;
  readonly secrets: Secrets;
  readonly prompts: Prompts;
}

/** A subcommand of `fauna-clerk`. */
export interface Command<O extends Options = Options> {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** A longer text for the command's own help. */
  readonly description?: string;
  readonly examples: readonly { readonly description: string; readonly command: string }[];
  readonly options: O;
  /** Returns the exit code. Throws a {@link CliError} for an expected failure. */
  // A method is bivariant, so commands with different options fit in one list.
  run(context: CommandContext<O>): Promise<number>;
}

/** Infers the types of the options' values. */
export function defineCommand<const O extends Options>(command: Command<O>): Command<O> {
  return command;
}
