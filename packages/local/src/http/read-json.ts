/** What {@link readJson} yields: integers are bigint, other numbers number. */
export type Json = null | boolean | bigint | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A name that an object was given twice: JSON takes the later of them, the server does not always. */
export const TWICE: unique symbol = Symbol("twice");

/** Text that is not JSON. The message is worded as the server's parser words it. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";
  constructor(
    message: string,
    /** The error is in the very first token. */
    readonly atStart: boolean,
  ) {
    super(message);
  }
}

const SOURCE = "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)";
const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const LITERALS = new Map<string, Json>([
  ["null", null],
  ["true", true],
  ["false", false],
]);
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[\w$\u00aa-\uffff]+/y;
const BLANK = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const COMMENT =
  "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)";
const MAX_DEPTH = 1000;

/**
 * Reads JSON without loss: `JSON.parse` cannot tell `1000` from `1000.0` and rounds integers beyond 2^53, and the
 * server does tell and does not round. Records have no prototype, so no key of theirs is special.
 */
export function readJson(text: string): Json {
  return new Reader(text.replace(/^\ufeff/, "")).whole();
}

/**
 * Reads the value that a body begins with: of what follows the server looks at one token, and takes most of them.
 * `kept` says which value a name has that an object is given twice.
 */
export function readBodyJson(text: string, kept: "first" | "last" = "last"): Json {
  return new Reader(text.replace(/^\ufeff/, ""), kept).first();
}

/** Whether a value read by {@link readJson} is an object. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value in the words of the server's "Unexpected integer value 5". */
export function describeJson(value: Json): string {
  if (value === null) return "null value";
  if (Array.isArray(value)) return "array value";
  if (typeof value === "object") return "object value";
  if (typeof value === "string") return `string value '${value}'`;
  if (typeof value === "boolean") return `${value} value`;
  return `${typeof value === "bigint" ? "integer" : "float"} value ${value}`;
}

/** The same value as `JSON.parse` would have given it. */
export function plain(value: Json): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

class Reader {
  #at = 0;
  #depth = 0;
  #started = false;

  constructor(
    readonly text: string,
    readonly kept: "first" | "last" = "last",
  ) {}

  whole(): Json {
    const value = this.#value();
    this.#started = true;
    this.#skip();
    if (this.#at === this.text.length) return value;
    this.#following();
    throw this.#fail("Unexpected value after the end");
  }

  first(): Json {
    const value = this.#value();
    this.#started = true;
    this.#skip();
    this.#following();
    return value;
  }

  /** The server reads one token more, which only has to be one that a value can begin with. */
  #following(): void {
    const char = this.text[this.#at];
    if (char === undefined || "{[".includes(char)) return;
    if ("}]".includes(char)) {
      const root = `${SOURCE}; line: 1]`;
      throw this.#fail(
        `Unexpected close marker '${char}': expected '${char === "}" ? "]" : "}"}' (for root starting at ${root})`,
      );
    }
    if (",:".includes(char)) throw this.#unexpected("expected a value", char);
    this.#value();
  }

  #value(): Json {
    this.#skip();
    const char = this.text[this.#at];
    if (char === "{") return this.#nested(() => this.#object());
    if (char === "[") return this.#nested(() => this.#array());
    if (char === '"') return this.#string();
    if (char === undefined) throw this.#fail("Unexpected end-of-input");
    const number = this.#match(NUMBER);
    if (number !== undefined) {
      this.#endOfNumber(number);
      return /[.eE]/.test(number) ? Number(number) : BigInt(number);
    }
    if (char === "+") this.#plus();
    if (",}]".includes(char)) throw this.#unexpected("expected a value", char);
    return char === "-" ? this.#negative() : this.#literal(char);
  }

  /** What follows a number as if it were of it. */
  #endOfNumber(number: string): void {
    const next = this.text[this.#at] ?? "";
    if (/\d/.test(next) && /^-?0$/.test(number))
      throw this.#fail("Invalid numeric value: Leading zeroes not allowed");
    const isPoint = next === "." && !/[.eE]/.test(number);
    const isExponent = /[eE]/.test(next) && !/[eE]/.test(number);
    if (!isPoint && !isExponent) return;
    this.#at++;
    if (isExponent && /[+-]/.test(this.text[this.#at] ?? "")) this.#at++;
    const what = isPoint ? "Decimal point" : "Exponent indicator";
    this.#inNumber(`${what} not followed by a digit`);
  }

  #plus(): never {
    const feature = "`JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS`";
    const rule = `JSON spec does not allow numbers to have plus signs: enable ${feature} to allow`;
    this.#inNumber(rule, this.#at++);
  }

  #inNumber(rule: string, place = this.#at): never {
    const found = this.text[place] ?? "";
    if (!found) throw this.#fail("Unexpected end-of-input");
    const what = `Unexpected character ('${found}' (code ${found.codePointAt(0)}))`;
    throw this.#fail(`${what} in numeric value: ${rule}`);
  }

  #negative(): never {
    if (this.#match(/-Infinity/y)) throw this.#nonStandard("-Infinity");
    this.#at++;
    this.#inNumber("expected digit (0-9) to follow minus sign, for valid numeric value");
  }

  #nonStandard(token: string): JsonSyntaxError {
    const feature = "`JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS`";
    return this.#fail(`Non-standard token '${token}': enable ${feature} to allow`);
  }

  #literal(char: string): Json {
    const word = this.#match(WORD);
    if (word === undefined) throw this.#unexpected("expected a valid value " + VALUES, char);
    if (word === "NaN" || word === "Infinity") throw this.#nonStandard(word);
    const literal = LITERALS.get(word);
    if (literal !== undefined) return literal;
    // The server has read what ends the word.
    if (this.#at < this.text.length) this.#at++;
    throw this.#fail(`Unrecognized token '${word}': was expecting ${VALUES}`);
  }

  #object(): JsonObject {
    const start = this.#at++;
    const fields = Object.create(null) as Record<string, Json>;
    if (this.#ends("}", "Object", start)) return fields;
    for (;;) {
      this.#need('"', "double-quote to start field name", "Object", start, false);
      const key = this.#string();
      this.#need(":", "a colon to separate field name and value", "Object", start);
      const isAgain = key in fields;
      if (isAgain && !(TWICE in fields)) Object.defineProperty(fields, TWICE, { value: key });
      const value = this.#value();
      if (!isAgain || this.kept === "last") fields[key] = value;
      if (this.#ends("}", "Object", start)) return fields;
      this.#need(",", "comma to separate Object entries", "Object", start);
    }
  }

  #array(): Json[] {
    const start = this.#at++;
    const items: Json[] = [];
    if (this.#ends("]", "Array", start)) return items;
    for (;;) {
      items.push(this.#value());
      if (this.#ends("]", "Array", start)) return items;
      this.#need(",", "comma to separate Array entries", "Array", start);
    }
  }

  #string(): string {
    const literal = this.#match(STRING);
    if (literal !== undefined) return JSON.parse(literal) as string;
    this.#match(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y);
    const char = this.text[this.#at];
    if (char === undefined) throw this.#fail("Unexpected end-of-input in VALUE_STRING");
    if (char === "\\") throw this.#escape();
    const rule = "has to be escaped using backslash to be included in string value";
    throw this.#fail(
      `Illegal unquoted character ((CTRL-CHAR, code ${char.charCodeAt(0)})): ${rule}`,
    );
  }

  #escape(): JsonSyntaxError {
    this.#match(/\\u?[0-9a-fA-F]{0,3}/y);
    const found = this.text[this.#at];
    if (found === undefined)
      return this.#fail("Unexpected end-of-input in character escape sequence");
    const code = found.codePointAt(0) ?? 0;
    if (this.text[this.#at - 1] === "\\")
      return this.#fail(`Unrecognized character escape '${found}' (code ${code})`);
    const rule = "expected a hex-digit for character escape sequence";
    return this.#fail(`Unexpected character ('${found}' (code ${code})): ${rule}`);
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw new JsonSyntaxError("JSON exceeds nesting limit", false);
    const value = read();
    this.#depth--;
    return value;
  }

  #ends(close: string, kind: string, start: number): boolean {
    this.#skip();
    if (this.#at >= this.text.length) throw this.#open(kind, start);
    const found = this.text[this.#at]!;
    if (found !== close && "}]".includes(found)) {
      const opened = `${SOURCE}; ${this.#position(start)}]`;
      const marker = `expected '${close}' (for ${kind} starting at ${opened})`;
      throw this.#fail(`Unexpected close marker '${found}': ${marker}`);
    }
    if (found !== close) return false;
    this.#at++;
    return true;
  }

  #need(char: string, what: string, kind: string, start: number, consume = true): void {
    this.#skip();
    const found = this.text[this.#at];
    if (found === undefined) throw this.#open(kind, start);
    if (found !== char) throw this.#unexpected(`was expecting ${what}`, found);
    if (consume) this.#at++;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at = pattern.lastIndex;
    return found;
  }

  #skip(): void {
    this.#match(BLANK);
  }

  #open(kind: string, start: number): JsonSyntaxError {
    const marker = `${SOURCE}; ${this.#position(start)}]`;
    return this.#fail(
      `Unexpected end-of-input: expected close marker for ${kind} (start marker at ${marker})`,
    );
  }

  #unexpected(expectation: string, char: string): JsonSyntaxError {
    const code = char.codePointAt(0) ?? 0;
    if (char === "/") return this.#fail(`Unexpected character ('/' (code 47)): ${COMMENT}`);
    return this.#fail(`Unexpected character ('${char}' (code ${code})): ${expectation}`);
  }

  #fail(message: string): JsonSyntaxError {
    const text = `${message}\n at ${SOURCE}; ${this.#position(this.#at)}]`;
    return new JsonSyntaxError(text, !this.#started && this.#depth === 0);
  }

  #position(at: number): string {
    const lines = this.text.slice(0, at).split("\n");
    return `line: ${lines.length}, column: ${(lines.at(-1) ?? "").length + 1}`;
  }
}
