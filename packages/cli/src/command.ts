import type { Context } from "./context";
import type { Environment } from "./environment";
import type { Output } from "./output";
import type { Prompts } from "./prompts";
import type { Secrets } from "./secrets";

/** One option of a command, for `util.parseArgs` and for the help. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  readonly default?: string | boolean | string[];
  /** What the help calls the value: `--role <name>`. */
  readonly value?: string;
  /** One line of help. */
  readonly description: string;
}

export type Options = Readonly<Record<string, Option>>;

type ValueOf<O extends Option> = O["type"] extends "string" ? string : boolean;

/** The values of options, typed by their definition; undefined where neither given nor defaulted. */
export type Values<O extends Options> = {
  readonly [K in keyof O]: O[K] extends { multiple: true }
    ? readonly ValueOf<O[K]>[]
    : O[K] extends { default: string | boolean }
      ? ValueOf<O[K]>
      : ValueOf<O[K]> | undefined;
};

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
