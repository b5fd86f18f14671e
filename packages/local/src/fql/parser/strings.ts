import type { Expr } from "../ast";
import { isDisplayed } from "../quote";
import { ParseFailure, type Scanner } from "./scanner";

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\\", "\\"],
  ["0", "\0"],
  ["'", "'"],
  ['"', '"'],
  ["n", "\n"],
  ["r", "\r"],
  ["v", "\v"],
  ["t", "\t"],
  ["b", "\b"],
  ["f", "\f"],
  ["#", "#"],
]);

function codePoint(scan: Scanner, start: number, hex: string): string {
  const code = Number.parseInt(hex, 16);
  const span = scan.span(start);
  if (code > 0x10ffff)
    return scan.fail("Invalid escape", span, { annotation: "outside of valid unicode range" });
  if (code >= 0xd800 && code < 0xe000)
    return scan.fail("Invalid escape", span, { annotation: "surrogates are disallowed" });
  return String.fromCodePoint(code);
}

/** From `least` to `most` hexadecimal digits. */
function digits(scan: Scanner, least: number, most = least, expected = "hex digit"): string {
  const start = scan.at;
  while (scan.at < start + most && /[0-9a-fA-F]/.test(scan.text[scan.at] ?? "")) scan.at++;
  const found = scan.text.slice(start, scan.at);
  if (found.length < least) throw new ParseFailure(scan.at, found ? "hex digit" : expected);
  return found;
}

function escape(scan: Scanner): string {
  const start = scan.at++;
  scan.cut();
  const char = scan.text[scan.at] ?? "";
  const plain = ESCAPES.get(char);
  if (plain !== undefined || (char !== "x" && char !== "u")) {
    if (plain === undefined) throw new ParseFailure(scan.at, "escape code");
    scan.at++;
    return plain;
  }
  scan.at++;
  if (char === "x") return codePoint(scan, start, digits(scan, 2));
  if (!scan.take("{")) return codePoint(scan, start, digits(scan, 4, 4, "`{` or hex digit"));
  const hex = digits(scan, 1, 6);
  scan.need("}", hex.length < 6 ? "`}` or hex digit" : "`}`");
  return codePoint(scan, start, hex);
}

/** A string in single quotes; null when it does not end. */
export function singleQuoted(scan: Scanner): string | null {
  const start = scan.at++;
  let text = "";
  for (;;) {
    const char = scan.text[scan.at];
    if (char === "'") break;
    if (char === undefined || scan.holes.has(scan.at) || !isDisplayed(char)) {
      scan.at = start;
      return null;
    }
    if (char === "\\") text += escape(scan);
    else text += scan.text[scan.at++]!;
  }
  scan.at++;
  return text;
}

type Parts = (string | Expr)[];

function push(parts: Parts, text: string): void {
  if (text) parts.push(text);
}

function interpolation(scan: Scanner, expression: () => Expr): Expr {
  scan.at += 2;
  scan.cut();
  scan.nl();
  const value = expression();
  scan.need("}");
  return value;
}

/** A string in double quotes, with `#{…}` if `expression` is given; null when it does not end. Each bare `#` is a part. */
export function doubleQuoted(scan: Scanner, expression: (() => Expr) | null): Parts | null {
  const start = scan.at++;
  const parts: Parts = [];
  let text = "";
  let interpolated = false;
  for (;;) {
    const char = scan.text[scan.at];
    if (char === '"') break;
    if (char === undefined || scan.holes.has(scan.at) || !isDisplayed(char)) {
      if (interpolated) throw new ParseFailure(scan.at, '`"`');
      scan.at = start;
      return null;
    }
    if (char === "\\") text += escape(scan);
    else if (char === "#" && expression) {
      push(parts, text);
      text = "";
      const isOpened = scan.peek("#{");
      parts.push(isOpened ? interpolation(scan, expression) : scan.text[scan.at++]!);
      interpolated ||= isOpened;
    } else text += scan.text[scan.at++]!;
  }
  scan.at++;
  push(parts, text);
  return parts;
}

/** One line of a heredoc up to its newline. */
function heredocLine(scan: Scanner, expression: (() => Expr) | null): Parts {
  const parts: Parts = [];
  let text = "";
  while (!scan.atEnd && !scan.peek("\n")) {
    if (expression && scan.peek("#{")) {
      push(parts, text);
      text = "";
      parts.push(interpolation(scan, expression));
    } else text += scan.text[scan.at++]!;
  }
  push(parts, text);
  return parts;
}

function indentation(line: Parts): number {
  const first = line[0];
  if (first === undefined) return Number.MAX_SAFE_INTEGER;
  if (typeof first !== "string") return 0;
  const found = first.search(/[^ \t]/);
  return found < 0 ? first.length : found;
}

function isEnd(scan: Scanner, delimiter: string): boolean {
  const found = new RegExp(`[ \\t]*${delimiter}(?![a-zA-Z0-9_'])`, "y");
  found.lastIndex = scan.at;
  return found.test(scan.text);
}

/** `<<+END` (with interpolation) or `<<-END`; null when there is none or it does not end. The former has several parts. */
export function heredoc(scan: Scanner, expression: () => Expr): Parts | null {
  const opening = /<<([+-])[ \t]*([a-zA-Z_][a-zA-Z0-9_']*)?[ \t]*(\n)?/y;
  opening.lastIndex = scan.at;
  const found = opening.exec(scan.text);
  if (!found) return null;
  scan.at = opening.lastIndex;
  scan.cut();
  if (!found[2]) throw new ParseFailure(scan.at, "identifier");
  if (!found[3]) throw new ParseFailure(scan.at, "[\\n\\r]");
  const interpolated = found[1] === "+";
  const lines: Parts[] = [];
  while (!isEnd(scan, found[2])) {
    if (scan.atEnd) throw nothingMore(scan, interpolated, found[2]);
    const start = scan.at;
    const line = heredocLine(scan, interpolated ? expression : null);
    if (!scan.peek("\n")) throw unended(scan, { line, start, interpolated, delimiter: found[2] });
    lines.push(line);
    scan.at++;
  }
  scan.at = scan.text.indexOf(found[2], scan.at) + found[2].length;
  const parts = unindent(lines);
  return interpolated ? parts : joined(parts);
}

/** What is expected where the text ends behind a whole line. */
function nothingMore(scan: Scanner, interpolated: boolean, delimiter: string): ParseFailure {
  const expected = interpolated ? `"${delimiter}" or ().rep(1)` : `!().rep(1) or "${delimiter}"`;
  return new ParseFailure(scan.at, expected);
}

/** What is expected where the text ends in a line, without a newline. */
function unended(
  scan: Scanner,
  {
    line,
    start,
    interpolated,
    delimiter,
  }: {
    readonly line: Parts;
    readonly start: number;
    readonly interpolated: boolean;
    readonly delimiter: string;
  },
): ParseFailure {
  if (line.some((part) => typeof part !== "string")) return new ParseFailure(scan.at, "[\\n\\r]");
  const first = start + indentation(line);
  if (scan.text.startsWith(delimiter, first))
    return new ParseFailure(first + delimiter.length, "end-of-input");
  const expected = interpolated
    ? `"${delimiter}" or ().rep ~ ().rep(1)`
    : `!().rep(1) ~ ().rep(1) or "${delimiter}"`;
  return new ParseFailure(first, expected);
}

function unindent(lines: readonly Parts[]): Parts {
  const indent = Math.min(...lines.map(indentation));
  const parts: Parts = [];
  for (const line of lines) {
    const [first, ...rest] = line;
    if (typeof first === "string") parts.push(first.slice(indent), ...rest);
    else parts.push(...line);
    parts.push("\n");
  }
  return parts;
}

function joined(parts: Parts): Parts {
  const result: Parts = [];
  for (const part of parts) {
    const last = result[result.length - 1];
    if (typeof part === "string" && typeof last === "string")
      result[result.length - 1] = last + part;
    else if (part !== "") result.push(part);
  }
  return result;
}
