import { styleText } from "node:util";
import type { Context, OutputStream } from "./context";

type Style = Parameters<typeof styleText>[0];

/** Marks at the start of a line: the outcome of a step or a check. */
const MARKS = {
  ok: ["green", "✓"],
  changed: ["yellow", "~"],
  added: ["green", "+"],
  failed: ["red", "✗"],
  warned: ["yellow", "!"],
  skipped: ["dim", "-"],
} as const;

export type Mark = keyof typeof MARKS;

/**
 * The output of a command: lines for people or, with `--json`, one JSON document and nothing else on stdout. Redacts
 * known secrets from every text, wherever it came from.
 */
export class Output {
  readonly json: boolean;
  readonly #stdout: OutputStream;
  readonly #stderr: OutputStream;
  readonly #colours: boolean;
  readonly #redact: (text: string) => string;

  constructor(
    { stdout, stderr, env }: Pick<Context, "stdout" | "stderr" | "env">,
    options: { json: boolean; redact: (text: string) => string },
  ) {
    this.json = options.json;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#redact = options.redact;
    this.#colours = !options.json && usesColours(stdout, env);
  }

  /** Prints a line for people. */
  line(text = ""): void {
    if (!this.json) this.#write(this.#stdout, text);
  }

  /** Prints a line with a mark, and dimmed details below it. */
  item(mark: Mark, text: string, details: readonly string[] = []): void {
    const [style, symbol] = MARKS[mark];
    this.line(`${this.style(style, symbol)} ${text}`);
    for (const detail of details) this.line(this.style("dim", indent(detail)));
  }

  /** Prints progress to stderr, on terminals only. */
  progress(text: string): void {
    if (!this.json && this.#stderr.isTTY) this.#write(this.#stderr, this.style("dim", text));
  }

  /** Prints to stderr, also with `--json`. */
  error(text: string): void {
    this.#write(this.#stderr, text);
  }

  /** Prints the JSON document of `--json`. Does nothing without that option. */
  result(document: unknown): void {
    if (this.json) this.#write(this.#stdout, JSON.stringify(document, undefined, 2));
  }

  style(style: Style, text: string): string {
    // The constructor has decided about colours; styleText would look at the process's own stdout.
    return this.#colours ? styleText(style, text, { validateStream: false }) : text;
  }

  #write(stream: OutputStream, text: string): void {
    stream.write(`${this.#redact(text)}\n`);
  }
}

export function indent(text: string, by = "    "): string {
  return text.replace(/^(?=.)/gm, by);
}

function usesColours({ isTTY }: OutputStream, env: Context["env"]): boolean {
  if (env["NO_COLOR"] || env["TERM"] === "dumb") return false;
  if (env["FORCE_COLOR"]) return env["FORCE_COLOR"] !== "0";
  return isTTY === true;
}
