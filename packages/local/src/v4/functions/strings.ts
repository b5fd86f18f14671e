import { any, boolean, integer, optional, regex, scalar, string, zeroOrMore } from "../casts";
import { each, invalidArgument, wrongType, type Position } from "../errors";
import { typeName, type V4Value } from "../values";
import { define, type CallSite, type V4Function } from "./define";
import { toText } from "./conversion";

const SPECIFIER = /%([-#+ 0,(]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g;

/** One value for one specifier of a format. */
function formatValue(
  value: V4Value,
  [, flags = "", width = "", precision, kind = ""]: RegExpMatchArray,
  position: Position,
): string {
  const whole = (): bigint => {
    if (typeof value === "bigint") return value;
    throw wrongType(["Integer"], typeName(value), position);
  };
  const text = ((): string => {
    switch (kind.toLowerCase()) {
      case "d":
        return String(whole());
      case "x":
        return BigInt.asUintN(64, whole()).toString(16);
      case "o":
        return BigInt.asUintN(64, whole()).toString(8);
      case "f": {
        if (typeof value !== "number" && typeof value !== "bigint")
          throw wrongType(["Number"], typeName(value), position);
        return Number(value).toFixed(precision === undefined ? 6 : Number(precision));
      }
      default: {
        const shown = toText(value) ?? "";
        return precision === undefined ? shown : shown.slice(0, Number(precision));
      }
    }
  })();
  const cased = /[A-Z]/.test(kind) ? text.toUpperCase() : text;
  const fill = flags.includes("0") ? "0" : " ";
  return flags.includes("-") ? cased.padEnd(Number(width)) : cased.padStart(Number(width), fill);
}

function formatted(format: string, values: readonly V4Value[], site: CallSite): string {
  const marks = [...format.matchAll(SPECIFIER)].filter(([, , , , kind]) => !"%n".includes(kind!));
  if (marks.length > values.length)
    throw invalidArgument("format specifiers count must be <= arguments size", site.at("format"));
  const texts = each(marks, (mark, i) => formatValue(values[i]!, mark, [...site.at("values"), i]));
  return format.replace(SPECIFIER, (...[, , , , kind]: string[]) =>
    kind === "%" ? "%" : kind === "n" ? "\n" : (texts.shift() ?? ""),
  );
}

const chars = (text: string): string[] => [...text];

function change(name: string, compute: (text: string) => string): V4Function {
  return define({ [name]: string }, (args) => compute(args[name] ?? ""));
}

function search(name: string, found: (text: string, part: string) => boolean): V4Function {
  return define({ [name]: string, search: string }, (args) => found(args[name] ?? "", args.search));
}

function titleCase(text: string): string {
  return text.replace(
    /\S+/g,
    (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase(),
  );
}

function substring(
  text: string,
  start: bigint,
  length: bigint | undefined,
  site: CallSite,
): string {
  if (length !== undefined && length < 0n)
    throw invalidArgument("length cannot be negative.", site.at("length"));
  const from = start < 0n ? Math.max(0, chars(text).length + Number(start)) : Number(start);
  const to = length === undefined ? undefined : from + Number(length);
  return chars(text).slice(from, to).join("");
}

function caseFold(value: V4Value): V4Value {
  return typeof value === "string" ? value.normalize("NFKC").toLowerCase() : value;
}

function ngrams(text: string, min: number, max: number): string[] {
  const letters = chars(text);
  return letters.flatMap((_, start) =>
    Array.from({ length: max - min + 1 }, (_each, i) => min + i)
      .filter((length) => start + length <= letters.length)
      .map((length) => letters.slice(start, start + length).join("")),
  );
}

function match(text: string, pattern: string, start: number, limit: number): V4Value[] {
  const found = [...text.slice(start).matchAll(new RegExp(pattern, "gu"))].slice(0, limit);
  return found.map(
    ({ 0: data, index }) =>
      new Map<string, V4Value>([
        ["start", BigInt(start + index)],
        ["end", BigInt(start + index + Math.max(0, data.length - 1))],
        ["data", data],
      ]),
  );
}

export const strings: readonly V4Function[] = [
  define(
    { concat: zeroOrMore(string), separator: optional(string) },
    ({ concat, separator = "" }) => concat.join(separator),
  ),
  change("lowercase", (text) => text.toLowerCase()),
  change("uppercase", (text) => text.toUpperCase()),
  change("titlecase", titleCase),
  change("trim", (text) => text.trim()),
  change("ltrim", (text) => text.trimStart()),
  change("rtrim", (text) => text.trimEnd()),
  change("regexescape", (text) => `\\Q${text}\\E`),
  search("startswith", (text, part) => text.startsWith(part)),
  search("endswith", (text, part) => text.endsWith(part)),
  search("containsstr", (text, part) => text.includes(part)),
  define({ containsstrregex: string, pattern: regex }, ({ containsstrregex, pattern }) =>
    new RegExp(pattern, "u").test(containsstrregex),
  ),
  define(
    { findstr: string, find: string, start: optional(integer) },
    ({ findstr, find, start = 0n }) => BigInt(findstr.indexOf(find, Number(start))),
  ),
  define(
    {
      findstrregex: string,
      pattern: regex,
      start: optional(integer),
      num_results: optional(integer),
    },
    ({ findstrregex, pattern, start = 0n, num_results = 1024n }) =>
      match(findstrregex, pattern, Number(start), Number(num_results)),
  ),
  define({ length: string }, ({ length }) => BigInt(chars(length).length)),
  define(
    { casefold: zeroOrMore(scalar), normalizer: optional(string) },
    ({ casefold, normalizer }) => {
      const form =
        normalizer === undefined || normalizer === "NFKCCaseFold" ? undefined : normalizer;
      const folded = casefold.map((value) =>
        form !== undefined && typeof value === "string" ? value.normalize(form) : caseFold(value),
      );
      return folded.length === 1 ? (folded[0] ?? null) : folded;
    },
  ),
  define(
    { ngram: zeroOrMore(string), min: optional(integer), max: optional(integer) },
    ({ ngram, min = 1n, max = 2n }) =>
      ngram.flatMap((text) => ngrams(text, Number(min), Number(max))),
  ),
  define({ repeat: string, number: optional(integer) }, ({ repeat, number = 2n }, site) => {
    if (number < 0n) throw invalidArgument("number cannot be negative.", site.at("number"));
    return repeat.repeat(Number(number));
  }),
  define({ replacestr: string, find: string, replace: string }, ({ replacestr, find, replace }) =>
    replacestr.replaceAll(find, () => replace),
  ),
  define(
    { replacestrregex: string, pattern: regex, replace: string, first: optional(boolean) },
    ({ replacestrregex, pattern, replace, first = false }) =>
      replacestrregex.replace(new RegExp(pattern, first ? "u" : "gu"), replace),
  ),
  define({ space: integer }, ({ space }, site) => {
    if (space < 0n) throw invalidArgument("space cannot be negative.", site.at("space"));
    return " ".repeat(Number(space));
  }),
  define(
    { substring: string, start: optional(integer), length: optional(integer) },
    ({ substring: text, start = 0n, length }, site) => substring(text, start, length, site),
  ),
  define({ format: string, values: zeroOrMore(any) }, ({ format, values }, site) =>
    formatted(format, values, site),
  ),
];
