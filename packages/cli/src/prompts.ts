import type * as Clack from "@clack/prompts";
import { CancelledError, CliError } from "./cli-error";
import type { Context } from "./context";

/** Throws a {@link CliError} on an answer that will not do. The question is then asked again. */
export type ValidateAnswer = (answer: string) => unknown;

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

  /** @param defaultValue - what an empty answer stands for, shown in its place. */
  async text(message: string, check: ValidateAnswer, defaultValue?: string): Promise<string> {
    const empty = defaultValue === undefined ? {} : { placeholder: defaultValue, defaultValue };
    const validate = (answer = ""): string | undefined =>
      validationMessage(check, answer.trim() || defaultValue);
    const answer = await prompt((clack) =>
      clack.text({ message, validate, ...empty, ...this.#streams }),
    );
    return answer.trim();
  }

  /**
   * Does not show what is typed, only its length. Empty when it was left empty, which is never checked.
   *
   * @param mask - what stands for each letter, such as nothing for tokens, which have hundreds.
   */
  async password(
    message: string,
    check: ValidateAnswer = () => undefined,
    mask = "▪",
  ): Promise<string> {
    const validate = (answer = ""): string | undefined =>
      answer.trim() === "" ? undefined : validationMessage(check, answer.trim());
    const answer = await prompt((clack) =>
      clack.password({ message, validate, mask, clearOnError: true, ...this.#streams }),
    );
    return answer.trim();
  }

  confirm(message: string): Promise<boolean> {
    return prompt((clack) => clack.confirm({ message, ...this.#streams }));
  }

  /** Any number of the given values, of which some are chosen at first. */
  multiselect(
    message: string,
    values: readonly string[],
    initialValues: readonly string[],
  ): Promise<string[]> {
    const options = values.map((value) => ({ value }));
    const question = { message, options, initialValues, required: false, ...this.#streams };
    return prompt((clack) => clack.multiselect(question));
  }
}

async function prompt<T>(
  question: (clack: typeof Clack) => Promise<T>,
): Promise<Exclude<T, symbol>> {
  // Loaded when there is somebody to ask.
  const answer = await question(await import("@clack/prompts"));
  if (typeof answer === "symbol") throw new CancelledError();
  return answer as Exclude<T, symbol>;
}

/** What is wrong with an answer, and how to fix it. */
function validationMessage(check: ValidateAnswer, answer = ""): string | undefined {
  try {
    check(answer);
    return undefined;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [error.message, error.fix ?? []].flat().join(" ");
  }
}
