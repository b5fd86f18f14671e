/** FSL that cannot be read, and where. */
export class FslError extends Error {
  override readonly name = "FslError";
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

const SPACE = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
const STRING = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y;
const CLOSING: Readonly<Record<string, string>> = { "{": "}", "(": ")", "[": "]" };

/** Goes through FSL, where whole expressions of FQL stand between brackets. */
export class FslReader {
  at = 0;

  constructor(readonly text: string) {}

  /** Skips blanks and comments; whether anything is left. */
  skip(): boolean {
    this.#match(SPACE);
    return this.at < this.text.length;
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

  needInteger(): number {
    this.skip();
    const digits = this.#match(/-?\d+/y);
    if (digits === undefined) throw this.fail("Expected an integer");
    return Number(digits);
  }

  /** What stands between a bracket and its counterpart, both left out. */
  bracketed(open: "{" | "(" | "["): string {
    this.need(open);
    const start = this.at;
    this.#toClosing(CLOSING[open] ?? "");
    return this.text.slice(start, this.at++);
  }

  /** The rest of an expression: up to the end of the line, or a character of `stops`, outside of brackets. */
  expression(stops: string): string {
    this.skip();
    const start = this.at;
    while (this.at < this.text.length && !stops.includes(this.#char)) {
      if (this.#char === "\n" || this.text.startsWith("//", this.at)) break;
      this.#step();
    }
    return this.text.slice(start, this.at).trim();
  }

  fail(message: string): FslError {
    return new FslError(message, this.at);
  }

  get #char(): string {
    return this.text[this.at] ?? "";
  }

  #toClosing(close: string): void {
    const start = this.at;
    while (this.#char !== close) {
      if (this.at >= this.text.length) throw new FslError(`Expected \`${close}\``, start);
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
