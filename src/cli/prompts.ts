import type * as Clack from "@clack/prompts";
import type { Context } from "./context";
import { CancelledError } from "./cli-error";

/** Questions on a terminal. Not to be asked unless {@link interactive}. */
export class Prompts {
  /** Whether there is somebody to ask: both ends are terminals, and neither `--json` nor `--yes` was given. */
  readonly interactive: boolean;
  readonly #streams: { input: never; output: never };

  constructor({ stdin, stdout, env }: Pick<Context, "stdin" | "stdout" | "env">, quiet: boolean) {
    this.interactive = !quiet && !env["CI"] && stdin.isTTY === true && stdout.isTTY === true;
    // The streams of a terminal are what clack takes; the context names only what else it needs of them.
    this.#streams = { input: stdin as never, output: stdout as never };
  }

  async text(message: string, initialValue = ""): Promise<string> {
    const answer = await ask((clack) => clack.text({ message, initialValue, ...this.#streams }));
    return answer.trim();
  }

  /** Does not show what is typed. Empty when it was left empty. */
  async password(message: string): Promise<string> {
    const answer = await ask((clack) => clack.password({ message, ...this.#streams }));
    return answer.trim();
  }

  confirm(message: string): Promise<boolean> {
    return ask((clack) => clack.confirm({ message, ...this.#streams }));
  }

  /** Any number of the given values. */
  choose(message: string, values: readonly string[]): Promise<string[]> {
    const options = values.map((value) => ({ value }));
    const required = false;
    return ask((clack) => clack.multiselect({ message, options, required, ...this.#streams }));
  }
}

async function ask<T>(question: (clack: typeof Clack) => Promise<T>): Promise<Exclude<T, symbol>> {
  // Loaded when there is somebody to ask.
  const answer = await question(await import("@clack/prompts"));
  if (typeof answer === "symbol") throw new CancelledError();
  return answer as Exclude<T, symbol>;
}
