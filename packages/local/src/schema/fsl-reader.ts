import { CheckError } from "../fql/errors";
import type { Source, Span } from "../fql/source";

/** A name and where it stands. */
export interface Named {
  readonly name: string;
  readonly span: Span;
}

const SPACE = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
const STRING = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y;
const CLOSING: Readonly<Record<string, string>> = { "{": "}", "(": ")", "[": "]" };

/** Goes through FSL, where whole expressions of FQL stand between brackets. */
export class FslReader {
  readonly text: string;
  at: number;
  readonly #end: number;

  constructor(
    readonly source: Source,
    start: number = 0,
    end: number = source.text.length,
  ) {
    this.text = source.text;
    this.at = start;
    this.#end = end;
  }

  /** Skips blanks and comments; whether anything is left. */
  skip(): boolean {
    this.#match(SPACE);
    return this.at < this.#end;
  }

  peek(token: string): boolean {
    this.skip();
    return this.text.startsWith(token, this.at);
  }

  take(token: string): boolean {
    if (!this.peek(token)) return false;
    this.at += token.length;
    return true;
  }

  need(token: string): void {
    if (!this.take(token)) throw this.fail(`Expected \`${token}\``);
  }

  /** The next name, quoted or not; undefined if there is none. */
  name(): string | undefined {
    this.skip();
    return this.#match(/[a-zA-Z_]\w*/y) ?? this.string();
  }

  needName(): string {
    const name = this.name();
    if (name === undefined) throw this.fail("Expected an identifier");
    return name;
  }

  /** The next name with its place. */
  named(): Named {
    this.skip();
    const start = this.at;
    const name = this.needName();
    return { name, span: this.span(start, this.at) };
  }

  string(): string | undefined {
    this.skip();
    const literal = this.#match(STRING);
    if (literal === undefined) return undefined;
    return literal.slice(1, -1).replace(/\\(.)/g, "$1");
  }

  needString(): string {
    const text = this.string();
    if (text === undefined) throw this.fail("Expected a string");
    return text;
  }

  /** The integer that a member with this name must have. */
  needInteger(member: Span): number {
    this.skip();
    const start = this.at;
    const digits = this.#match(/-?\d+/y);
    if (digits !== undefined) return Number(digits);
    if (this.name() === undefined) throw this.fail("Expected an integer");
    const missing = { ...member, end: this.at };
    throw new CheckError([
      { level: "error", message: "Name is not allowed here", span: this.span(start, this.at) },
      { level: "error", message: "Missing required value", span: missing },
    ]);
  }

  /** What stands between a bracket and its counterpart, both left out. */
  bracketed(open: "{" | "(" | "["): string {
    this.need(open);
    const start = this.at;
    this.#toClosing(CLOSING[open] ?? "");
    return this.text.slice(start, this.at++);
  }

  /** A reader of what stands between a bracket and its counterpart. */
  block(open: "{" | "(" | "["): FslReader {
    this.skip();
    const start = this.at + 1;
    this.bracketed(open);
    return new FslReader(this.source, start, this.at - 1);
  }

  /** The rest of an expression: up to the end of the line, or a character of `stops`, outside of brackets. */
  expression(stops: string): string {
    this.skip();
    const start = this.at;
    while (this.at < this.#end && !stops.includes(this.#char)) {
      if (this.#char === "\n" || this.text.startsWith("//", this.at)) break;
      this.#step();
    }
    return this.text.slice(start, this.at).trim();
  }

  span(start: number, end: number): Span {
    return { source: this.source, start, end };
  }

  /** An error at the next word. */
  fail(message: string): CheckError {
    this.skip();
    const start = this.at;
    const length = this.#match(/\w+/y)?.length ?? 1;
    return this.failAt(message, this.span(start, start + length));
  }

  /** An error at a place; `original` is an earlier one of the same kind. */
  failAt(message: string, span: Span, original?: Span): CheckError {
    const hint = { label: "hint", message: "Originally defined here" } as const;
    const remarks = original ? [{ ...hint, span: original }] : [];
    return new CheckError([{ level: "error", message, span, remarks }]);
  }

  get #char(): string {
    return this.text[this.at] ?? "";
  }

  #toClosing(close: string): void {
    const start = this.at;
    while (this.#char !== close) {
      if (this.at >= this.text.length)
        throw this.failAt(`Expected \`${close}\``, this.span(start, start + 1));
      this.#step();
    }
  }

  /** Over one character, string, comment or bracketed piece. */
  #step(): void {
    const close = CLOSING[this.#char];
    if (close !== undefined) {
      this.at++;
      this.#toClosing(close);
    }
    const skipped = this.#match(STRING) ?? this.#match(/\/\/[^\n]*|\/\*[^]*?\*\//y);
    if (skipped === undefined) this.at++;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}
