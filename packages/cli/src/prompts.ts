import type * as Clack from "@clack/prompts";
import { CancelledError, CliError } from "./cli-error";
import type { Context } from "./context";

/** Throws a {@link CliError} if an answer is invalid. The prompt then stays open. */
export type ValidateAnswer = (answer: string) => unknown;

/** Prompts on a terminal. Use them only if {@link interactive}. */
export class Prompts {
  /** False with `--json` or `--yes`, in CI, and unless stdin and stdout are terminals. */
  readonly interactive: boolean;
  readonly #streams: { input: never; output: never };

  constructor({ stdin, stdout, env }: Pick<Context, "stdin" | "stdout" | "env">, quiet: boolean) {
    this.interactive = !quiet && !env["CI"] && stdin.isTTY === true && stdout.isTTY === true;
    // clack wants the types of a real terminal's streams. They are that, but Context declares less.
    this.#streams = { input: stdin as never, output: stdout as never };
  }

  /** @param defaultValue - shown as a placeholder, and returned for an empty answer. */
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
   * Shows only the length of what is typed. An empty answer is always valid.
   *
   * @param mask - shown for each character. Pass "" for tokens, which have hundreds.
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

  /** Lets the user select any number of values. */
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
  // Loaded only when needed.
  const answer = await question(await import("@clack/prompts"));
  if (typeof answer === "symbol") throw new CancelledError();
  return answer as Exclude<T, symbol>;
}

/** What is wrong with an answer and how to fix it, or undefined if it is valid. */
function validationMessage(check: ValidateAnswer, answer = ""): string | undefined {
  try {
    check(answer);
    return undefined;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [error.message, error.fix ?? []].flat().join(" ");
  }
}
