import { normalizer } from "../word-casts";
import { caseFolded } from "../../fql/values/case-fold";
import { any, boolean, integer, optional, regex, scalar, string, zeroOrMore } from "../casts";
import { each, invalidArgument } from "../errors";
import { findEach, type Found, replaceEach } from "../java-pattern";
import type { V4Value } from "../values";
import { define, type CallSite, type V4Function } from "./define";
import { formatted } from "./format";

/** How often something is repeated: not less than never, and not too often. */
const times = (number: bigint): number => Math.min(Math.max(0, Number(number)), 1024);
const chars = (text: string): string[] => [...text];

function change(name: string, compute: (text: string) => string): V4Function {
  return define({ [name]: string }, (args) => compute(args[name] ?? ""));
}

function search(name: string, found: (text: string, part: string) => boolean): V4Function {
  return define({ [name]: string, search: string }, (args) => found(args[name] ?? "", args.search));
}

/** What Java takes for white space: no spaces that hold words together. */
const SPACES =
  "[\\t-\\r\\x1c-\\x20\\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000]";
const LEADING = new RegExp(`^${SPACES}+`);
const TRAILING = new RegExp(`${SPACES}+$`);

function titleCase(text: string): string {
  return text.replace(
    /[\p{L}\p{M}\p{N}_]+(?:['’.:][\p{L}\p{M}\p{N}_]+)*/gu,
    (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase(),
  );
}

/** From a place, or from as many places before the end. */
function substring(
  text: string,
  start: bigint,
  length: bigint | undefined,
  { position }: CallSite,
): string {
  const letters = chars(text);
  const from = start < 0n ? letters.length + Number(start) : Number(start);
  if (from > letters.length || from < 0)
    throw invalidArgument("start must be less than or equal to the string length", position);
  if (length !== undefined && length < 0n)
    throw invalidArgument("length must be positive", position);
  return letters.slice(from, length === undefined ? undefined : from + Number(length)).join("");
}

/** Where a search begins: at a place within the text, or else in front. */
function offset(text: string, start: bigint | undefined): number {
  return start !== undefined && start > 0n && start < BigInt(text.length) ? Number(start) : 0;
}

function caseFold(value: V4Value): V4Value {
  return typeof value === "string" ? caseFolded(value) : value;
}

function ngrams(text: string, min: number, max: number): string[] {
  const letters = chars(text);
  return letters.flatMap((_, start) =>
    Array.from({ length: max - min + 1 }, (_each, i) => min + i)
      .filter((length) => start + length <= letters.length)
      .map((length) => letters.slice(start, start + length).join("")),
  );
}

/** Where a pattern fits: the places of the first and the last letter, and the text. */
function shown({ index, texts: [data = ""] }: Found, text: string, start: number): V4Value {
  const place = (at: number): bigint => BigInt(start + chars(text.slice(0, at)).length);
  return new Map<string, V4Value>([
    ["start", place(index)],
    ["end", place(index + Math.max(0, data.length - 1))],
    ["data", data],
  ]);
}

/** How long the parts of a text may be: at most one apart. */
function ngramSizes(
  min: bigint | undefined,
  max: bigint | undefined,
  { position }: CallSite,
): [number, number] {
  const [least, most] = [min ?? 1n, max ?? 2n];
  const wrong: string[] = [];
  if (min !== undefined && (least > most || least <= 0n))
    wrong.push("min ngram size must be > 0 and <= max");
  if (min !== undefined && max !== undefined && most <= 0n)
    wrong.push("max ngram size must be > 0");
  if (min === undefined && max !== undefined && most <= 1n)
    wrong.push("max ngram size must be > 0 and >= min");
  if (most - least > 1n)
    wrong.push(
      `${max === undefined ? "min ngram size must be >= max -" : "max ngram size must be <= min +"} 1`,
    );
  each(wrong, (message) => {
    throw invalidArgument(message, position);
  });
  return [Number(least), Number(most)];
}

export const strings: readonly V4Function[] = [
  define(
    { concat: zeroOrMore(string), separator: optional(string) },
    ({ concat, separator = "" }) => concat.join(separator),
  ),
  change("lowercase", (text) => text.toLowerCase()),
  change("uppercase", (text) => text.toUpperCase()),
  change("titlecase", titleCase),
  change("trim", (text) => text.replace(LEADING, "").replace(TRAILING, "")),
  change("ltrim", (text) => text.replace(LEADING, "")),
  change("rtrim", (text) => text.replace(TRAILING, "")),
  change("regexescape", (text) => `\\Q${text.replaceAll("\\E", "\\E\\\\E\\Q")}\\E`),
  search("startswith", (text, part) => text.startsWith(part)),
  search("endswith", (text, part) => text.endsWith(part)),
  search("containsstr", (text, part) => text.includes(part)),
  define(
    { containsstrregex: string, pattern: regex },
    ({ containsstrregex, pattern }, { evaluator }) =>
      findEach(evaluator.context, pattern, containsstrregex, 1).length > 0,
  ),
  define(
    { findstr: string, find: string, start: optional(integer) },
    ({ findstr, find, start }) => {
      const from = chars(findstr).slice(0, offset(findstr, start)).join("").length;
      const index = findstr.indexOf(find, from);
      return BigInt(index < 0 ? index : chars(findstr.slice(0, index)).length);
    },
  ),
  define(
    {
      findstrregex: string,
      pattern: regex,
      start: optional(integer),
      num_results: optional(integer),
    },
    ({ findstrregex, pattern, start, num_results = 1024n }, { evaluator }) => {
      const from = offset(findstrregex, start);
      const rest = chars(findstrregex).slice(from).join("");
      const found = findEach(evaluator.context, pattern, rest, Number(num_results));
      return found.map((match) => shown(match, rest, from));
    },
  ),
  define({ length: string }, ({ length }) => BigInt(chars(length).length)),
  define(
    { casefold: zeroOrMore(scalar), normalizer: optional(normalizer) },
    ({ casefold, normalizer: named }) => {
      const form = named === "NFKCCaseFold" ? undefined : named;
      const folded = casefold.map((value) =>
        form !== undefined && typeof value === "string" ? value.normalize(form) : caseFold(value),
      );
      return folded.length === 1 ? (folded[0] ?? null) : folded;
    },
  ),
  define(
    { ngram: zeroOrMore(scalar), min: optional(integer), max: optional(integer) },
    ({ ngram, min, max }, site) => {
      const [least, most] = ngramSizes(min, max, site);
      return ngram.flatMap((value): readonly V4Value[] =>
        typeof value === "string" ? ngrams(value, least, most) : [value],
      );
    },
  ),
  define({ repeat: string, number: optional(integer) }, ({ repeat, number = 2n }) =>
    repeat.repeat(times(number)),
  ),
  define({ replacestr: string, find: string, replace: string }, ({ replacestr, find, replace }) =>
    replacestr.replaceAll(find, () => replace),
  ),
  define(
    { replacestrregex: string, pattern: regex, replace: string, first: optional(boolean) },
    ({ replacestrregex: text, pattern, replace, first = false }, { evaluator }) =>
      replaceEach(text, findEach(evaluator.context, pattern, text, first ? 1 : Infinity), replace),
  ),
  define({ space: integer }, ({ space }) => " ".repeat(times(space))),
  define(
    { substring: string, start: optional(integer), length: optional(integer) },
    ({ substring: text, start = 0n, length }, site) => substring(text, start, length, site),
  ),
  define({ format: string, values: zeroOrMore(any) }, ({ format, values }, site) =>
    formatted(format, values, site),
  ),
];
