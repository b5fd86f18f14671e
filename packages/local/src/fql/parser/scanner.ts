import { CheckError } from "../errors";
import type { Source, Span } from "../source";
import type { Diagnostic } from "../summary";
import type { Value } from "../values/value";
import type { Name } from "../ast";

/** Words that cannot name a variable or a projected field. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  "if else at match case let null true false isa join on of".split(" "),
);

/** Whether a text has the form of a name. It may be a keyword. */
export function isIdentifier(text: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(text);
}

export function isUnreservedIdentifier(text: string): boolean {
  return isIdentifier(text) && !KEYWORDS.has(text);
}

/** `a`, `a or b`, `a, b, or c`: what could have stood at a place, in the server's order. */
export function oneOf(tokens: readonly string[]): string {
  const all = [...tokens].sort();
  if (all.length <= 2) return all.join(" or ");
  return `${all.slice(0, -1).join(", ")}, or ${all[all.length - 1]!}`;
}

const IDENTIFIER = /[a-zA-Z_][a-zA-Z0-9_']*/y;

/** Thrown where the text cannot go on; the parser's `check` turns it into a `CheckError`. */
export class ParseFailure extends Error {
  constructor(
    readonly at: number,
    readonly expected: string,
  ) {
    super(expected);
  }
}

/** Values that a template puts between pieces of text, by the offset of their `<value>`. */
export type Holes = ReadonlyMap<number, { readonly value: Value; readonly length: number }>;

/** Reads characters, white space and names; knows where alternatives were last ruled out. */
export class Scanner {
  at = 0;
  /** Where a token was last read that rules out going back. */
  cutAt = -1;
  readonly errors: Diagnostic[] = [];

  constructor(
    readonly source: Source,
    readonly holes: Holes = new Map(),
  ) {}

  get text(): string {
    return this.source.text;
  }

  span(start: number, end: number = this.at): Span {
    return { source: this.source, start, end };
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  peek(word: string): boolean {
    return !this.holes.has(this.at) && this.text.startsWith(word, this.at);
  }

  cut(at: number = this.at): number {
    return (this.cutAt = at);
  }

  /** Takes `word` if it is next, with a cut. */
  take(word: string): boolean {
    if (!this.peek(word)) return false;
    this.at += word.length;
    this.cut();
    return true;
  }

  /** Takes `word` or fails. `expected` lists what else could have stood here. */
  need(word: string, expected = `\`${word}\``): void {
    if (!this.take(word)) throw new ParseFailure(this.at, expected);
  }

  /** Spaces, tabs and block comments. */
  ws(): void {
    for (;;) {
      const skipped = /[ \t\r]*/y;
      skipped.lastIndex = this.at;
      skipped.exec(this.text);
      this.at = skipped.lastIndex;
      const end = this.peek("/*") ? this.#commentEnd() : -1;
      if (end < 0) break;
      this.at = end;
    }
    if (this.peek("//")) {
      const end = this.text.indexOf("\n", this.at);
      this.at = end < 0 ? this.text.length : end;
    }
  }

  /** Where a block comment ends, with those inside it; -1 if it does not. */
  #commentEnd(): number {
    let depth = 0;
    const marks = /\/\*|\*\//g;
    marks.lastIndex = this.at;
    for (let mark = marks.exec(this.text); mark; mark = marks.exec(this.text)) {
      depth += mark[0] === "/*" ? 1 : -1;
      if (!depth) return marks.lastIndex;
    }
    return -1;
  }

  /** White space with newlines. */
  nl(): void {
    for (;;) {
      this.ws();
      if (!this.peek("\n")) return;
      this.at++;
    }
  }

  /** Newlines or a semicolon, between statements. */
  separator(): boolean {
    const start = this.at;
    this.ws();
    if (!this.peek("\n") && !this.peek(";")) {
      this.at = start;
      return false;
    }
    this.nl();
    while (this.peek(";")) {
      this.at++;
      this.nl();
    }
    return true;
  }

  /** Takes `word` unless it is only the beginning of a longer name. */
  keyword(word: string): boolean {
    if (!this.peekKeyword(word)) return false;
    this.at += word.length;
    this.cut();
    return true;
  }

  peekKeyword(word: string): boolean {
    return this.peek(word) && !/[a-zA-Z0-9_']/.test(this.text[this.at + word.length] ?? "");
  }

  /** Any name, keywords included. */
  plainName(): Name | null {
    IDENTIFIER.lastIndex = this.at;
    const found = IDENTIFIER.exec(this.text);
    if (!found) return null;
    const start = this.at;
    this.at = IDENTIFIER.lastIndex;
    return { text: found[0], span: this.span(start) };
  }

  /** Runs `parse`; null when it fails before anything that rules out going back. */
  attempt<T>(parse: () => T): T | null {
    const [start, cut] = [this.at, this.cutAt];
    this.cutAt = -1;
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof ParseFailure) || this.cutAt >= 0) throw error;
      this.at = start;
      return null;
    } finally {
      this.cutAt = Math.max(cut, this.cutAt);
    }
  }

  error(message: string, span: Span, more: Partial<Diagnostic> = {}): void {
    this.errors.push({ level: "error", message, span, ...more });
  }

  /** Records an error that ends parsing. */
  fail(message: string, span: Span, more: Partial<Diagnostic> = {}): never {
    this.error(message, span, more);
    throw new ParseFailure(this.at, "");
  }

  invalidName(name: Name): never {
    return this.fail("Invalid identifier", name.span, {
      annotation: `\`${name.text}\` is a keyword`,
    });
  }

  /** Runs a parse; what it found wrong becomes one `CheckError`. */
  check<T>(parse: () => T): T {
    try {
      const result = parse();
      if (!this.errors.length) return result;
    } catch (error) {
      if (!(error instanceof ParseFailure)) throw error;
      if (!this.errors.length)
        this.error(`Expected ${error.expected}`, this.span(error.at, error.at + 1));
    }
    throw new CheckError(this.errors);
  }
}
