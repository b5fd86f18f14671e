import { caseFolded } from "../values/case-fold";
import type { Context } from "../model/context";
import { TimeoutError } from "../errors";
import { codePoints, elementAt } from "./elements";
import { display } from "../model/display";
import { double, int, long } from "../values/numbers";
import { array, nullBecause, type IntValue, type Value } from "../values/value";
import { implement } from "./implement";
import type { TypeTable } from "./method";
import { matchAll, matchEach, type Match } from "./regex";
import { parseDecimal } from "../values/decimals";

const MAX_SIZE = 16 * 1024 * 1024;
const FORMS = ["NFC", "NFD", "NFKC", "NFKD"];

function none(cx: Context): Value {
  return nullBecause("no element found", cx.frame!.span);
}
function sized(cx: Context, text: string): string {
  if (text.length > MAX_SIZE)
    throw cx.error(
      "value_too_large",
      `Value too large: string size ${text.length} exceeds limit ${MAX_SIZE}.`,
    );
  return text;
}

/** The unit at which a code point starts. */
function unitAt(text: string, index: number): number {
  return codePoints(text).slice(0, index).join("").length;
}
/** The number of the code point at a unit; null for a search that found nothing. */
function pointAt(cx: Context, text: string, unit: number): Value {
  return unit < 0 ? none(cx) : int(codePoints(text.slice(0, unit)).length);
}
function checked(cx: Context, text: string, index: number, inclusive = false): number {
  const points = codePoints(text);
  if (!(inclusive && index === points.length)) elementAt(cx, points, index);
  return unitAt(text, index);
}
function slice(text: string, from: number, to?: number): string {
  return codePoints(text)
    .slice(Math.max(0, from), to === undefined ? undefined : Math.max(0, to))
    .join("");
}

/** Plain matches of a text, one behind the other; an empty one is the last. */
function occurrences(_cx: Context, pattern: string, text: string, limit: number): Match[] {
  const found: Match[] = [];
  for (
    let at = text.indexOf(pattern);
    at >= 0 && found.length < limit;
    at = text.indexOf(pattern, at + pattern.length)
  ) {
    found.push({ index: at, text: pattern });
    if (!pattern) break;
  }
  return found;
}

/** The server does not get past an empty match: it puts the replacement there until the string is too long. */
function endless(cx: Context, by: string): never {
  if (!by) throw new TimeoutError("The query took too long.");
  const size = (Math.floor(MAX_SIZE / by.length) + 1) * by.length;
  throw cx.error(
    "value_too_large",
    `Value too large: string size ${size} exceeds limit ${MAX_SIZE}.`,
  );
}

function replace(
  cx: Context,
  text: string,
  by: string,
  count: number,
  find: (limit: number) => readonly Match[],
): string {
  if (count < 1)
    throw cx.error(
      "invalid_argument",
      "invalid argument `count`: must be greater than or equal to 1",
    );
  const found = find(count);
  let [done, at] = ["", 0];
  for (const match of found) {
    done += text.slice(at, match.index) + by;
    at = match.index + match.text.length;
  }
  const last = found[found.length - 1];
  if (last?.text === "" && count === Infinity) endless(cx, by);
  if (last?.text === "") done += by.repeat(count - found.length);
  return sized(cx, done + text.slice(at));
}
type Find = (cx: Context, pattern: string, text: string, limit: number) => readonly Match[];

function replacing(find: Find) {
  return (cx: Context, text: string, pattern: string, by: string, amount?: IntValue): string =>
    replace(cx, text, by, amount?.value ?? 1, (limit) => find(cx, pattern, text, limit));
}
function replacingAll(find: Find) {
  return (cx: Context, text: string, pattern: string, by: string): string =>
    replace(cx, text, by, Infinity, (limit) => find(cx, pattern, text, limit));
}

function invalid(cx: Context): Value {
  return nullBecause("invalid number", cx.frame!.span);
}
/** An integer in a radix, or null where it is none or does not fit. */
function parseInteger(text: string, radix: number, bits: 32 | 64): bigint | null {
  const found = /^([+-]?)([0-9a-zA-Z]+)$/.exec(text);
  if (!found) return null;
  let value = 0n;
  for (const digit of found[2]!) {
    const each = Number.parseInt(digit, radix);
    if (Number.isNaN(each)) return null;
    value = value * BigInt(radix) + BigInt(each);
  }
  if (found[1] === "-") value = -value;
  return BigInt.asIntN(bits, value) === value ? value : null;
}
function radixOf(cx: Context, radix: IntValue | undefined): number {
  const value = radix?.value ?? 10;
  if (value < 2 || value > 36)
    throw cx.error(
      "invalid_argument",
      "invalid argument `format`: invalid radix, expected a number from 2-36",
    );
  return value;
}

/** The pieces between matches, each looked for as if the text began behind the last; an empty match takes a unit. */
function split(text: string, find: (rest: string) => Match | null): Value {
  const pieces: string[] = [];
  let at = 0;
  while (at < text.length) {
    const found = find(text.slice(at));
    if (!found) break;
    if (found.text) {
      pieces.push(text.slice(at, at + found.index));
      at += found.index + found.text.length;
    } else {
      pieces.push(text.slice(at, ++at));
      if (at === text.length - 1) break;
    }
  }
  return array([...pieces, text.slice(at)]);
}

/** Operators of strings. */
export const STRING_OPERATORS: TypeTable = implement("String", {
  "+(other: Shown) => String": (cx, self, other) => sized(cx, self + display(cx, other)),
});

/** Fields and methods of strings. */
export const STRING_TABLE: TypeTable = implement("String", {
  "length: Number": (_cx, self) => int(codePoints(self).length),
  "at(index: Int) => String": (cx, self, index) => elementAt(cx, codePoints(self), index.value),
  "casefold(format?: String) => String": (cx, self, format) => {
    if (format === undefined || format === "NFKCCaseFold") return caseFolded(self);
    if (FORMS.includes(format)) return self.normalize(format);
    throw cx.error(
      "invalid_argument",
      "invalid argument `format`: expected a casefold format (one of NFKCCaseFold, NFC, NFD, NFKC, or NFKD)",
    );
  },
  "concat(other: String) => String": (cx, self, other) => sized(cx, self + other),
  "endsWith(suffix: String) => Boolean": (_cx, text, suffix) => text.endsWith(suffix),
  "includes(pattern: String) => Boolean": (_cx, text, pattern) => text.includes(pattern),
  "includesRegex(regex: String) => Boolean": (cx, self, pattern) =>
    matchAll(cx, pattern, self).length > 0,
  "indexOf(pattern: String, start?: Int) => Int | Null": (cx, self, pattern, start) =>
    pointAt(cx, self, self.indexOf(pattern, start ? checked(cx, self, start.value) : 0)),
  "indexOfRegex(regex: String, start?: Int) => Int | Null": (cx, self, pattern, start) => {
    const from = start ? checked(cx, self, start.value) : 0;
    const at = matchAll(cx, pattern, self.slice(from))[0]?.index ?? -1;
    return pointAt(cx, self, at < 0 ? at : at + from);
  },
  "insert(index: Int, other: String) => String": (cx, self, index, other) => {
    const at = checked(cx, self, index.value, true);
    return sized(cx, self.slice(0, at) + other + self.slice(at));
  },
  "lastIndexOf(pattern: String, end?: Int) => Int | Null": (cx, self, pattern, end) =>
    pointAt(cx, self, self.lastIndexOf(pattern, end ? checked(cx, self, end.value) : Infinity)),
  "matches(regex: String) => Array<String>": (cx, self, pattern) =>
    array(matchAll(cx, pattern, self).map(({ text }) => text)),
  "matchIndexes(regex: String) => Array<[Number, String]>": (cx, self, pattern) =>
    array(
      matchAll(cx, pattern, self).map(({ index, text }) => array([pointAt(cx, self, index), text])),
    ),
  "parseDouble() => Double | Null": (cx, self) => {
    const value = parseDecimal(self);
    return value === null ? invalid(cx) : double(value);
  },
  "parseInt(radix?: Int) => Int | Null": (cx, self, radix) => {
    const value = parseInteger(self, radixOf(cx, radix), 32);
    return value === null ? invalid(cx) : int(Number(value));
  },
  "parseLong(radix?: Int) => Long | Null": (cx, self, radix) => {
    const value = parseInteger(self, radixOf(cx, radix), 64);
    return value === null ? invalid(cx) : long(value);
  },
  "parseNumber() => Number | Null": (cx, self) => {
    const value = parseInteger(self, 10, 64);
    if (value !== null)
      return BigInt.asIntN(32, value) === value ? int(Number(value)) : long(value);
    const decimal = parseDecimal(self);
    return decimal === null ? invalid(cx) : double(decimal);
  },
  "replace(pattern: String, replacement: String, amount?: Int) => String": replacing(occurrences),
  "replaceAll(pattern: String, replacement: String) => String": replacingAll(occurrences),
  "replaceAllRegex(pattern: String, replacement: String) => String": replacingAll(matchEach),
  "replaceRegex(regex: String, replacement: String, amount?: Int) => String": replacing(matchEach),
  "slice(start: Int, end?: Int) => String": (_cx, self, start, end) =>
    slice(self, start.value, end?.value),
  "split(separator: String) => Array<String>": (_cx, text, separator) =>
    split(text, (rest) => {
      const index = rest.indexOf(separator);
      return index < 0 ? null : { index, text: separator };
    }),
  "splitAt(index: Int) => [String, String]": (cx, self, index) => {
    const at = checked(cx, self, index.value, true);
    return array([self.slice(0, at), self.slice(at)]);
  },
  "splitRegex(regex: String) => Array<String>": (cx, self, pattern) => {
    return split(self, (rest) => matchEach(cx, pattern, rest, 1)[0] ?? null);
  },
  "startsWith(prefix: String) => Boolean": (_cx, text, prefix) => text.startsWith(prefix),
  "toLowerCase() => String": (_cx, self) => self.toLowerCase(),
  "toString() => String": (_cx, self) => self,
  "toUpperCase() => String": (_cx, self) => self.toUpperCase(),
  "[index: Int] => String": (cx, self, index) => elementAt(cx, codePoints(self), index.value),
});
