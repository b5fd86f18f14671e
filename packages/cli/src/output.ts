import { styleText } from "node:util";
import type { Context, OutputStream } from "./context";

type Style = Parameters<typeof styleText>[0];

/** Marks before lines: what happened, or what a check found. */
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
 * What a command says: lines for people, or with `--json` one JSON document and nothing else on stdout. Secrets that
 * are known never get through, wherever a text came from.
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

  /** A line for people. */
  line(text = ""): void {
    if (!this.json) this.#write(this.#stdout, text);
  }

  /** A line with a mark before it, and dimmed lines below it. */
  item(mark: Mark, text: string, details: readonly string[] = []): void {
    const [style, symbol] = MARKS[mark];
    this.line(`${this.style(style, symbol)} ${text}`);
    for (const detail of details) this.line(this.style("dim", indent(detail)));
  }

  /** What is going on while something takes time: on terminals only, and never on stdout. */
  progress(text: string): void {
    if (!this.json && this.#stderr.isTTY) this.#write(this.#stderr, this.style("dim", text));
  }

  /** Complaints: stderr, also with `--json`. */
  error(text: string): void {
    this.#write(this.#stderr, text);
  }

  /** The one document of `--json`. Does nothing without. */
  result(document: unknown): void {
    if (this.json) this.#write(this.#stdout, JSON.stringify(document, undefined, 2));
  }

  style(style: Style, text: string): string {
    // Whether to colour is decided here already; styleText would ask the process's own stdout.
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
