import type { Context } from "../model/context";
import type { QueryError } from "../errors";
import { guarded, type PatternTask } from "./guarded-pattern";
import { forEngine, problemOf, type RegexFault, type Translated, translate } from "./java-regex";

/** A piece of a text that a pattern fits. */
export interface Match {
  readonly index: number;
  readonly text: string;
}

/** What the server's regular expression engine calls the faults that ours finds. */
const FAULTS: readonly (readonly [RegExp, string, (pattern: string) => number])[] = [
  [/Unterminated group/, "Unclosed group", (pattern) => pattern.length],
  [/Unmatched '\)'/, "Unmatched closing ')'", (pattern) => Math.max(0, pattern.indexOf(")") - 1)],
  [/\\ at end of pattern/, "Unexpected internal error", (pattern) => pattern.length],
  [/Range out of order/, "Illegal character range", (pattern) => pattern.indexOf("-") + 1],
];

function faulty(cx: Context, { name, index }: RegexFault): QueryError {
  const place = index < 0 ? "" : ` at index ${index}`;
  return cx.error("invalid_regex", `Invalid regular expression. ${name}${place}`);
}

/** The pattern for our engine, and its flags; a faulty one is an error at the innermost call. */
function compiled(cx: Context, pattern: string): Translated {
  const translated = translate(pattern);
  if ("name" in translated) throw faulty(cx, translated);
  const found = forEngine(translated);
  if (found) return found;
  const reason = problemOf(translated) ?? "";
  const [, name = "Invalid pattern", place = (): number => 0] =
    FAULTS.find(([fault]) => fault.test(reason)) ?? [];
  throw faulty(cx, { name, index: place(pattern) });
}

interface Task extends PatternTask {
  limit: number;
}

type Found = readonly (readonly [number, string])[];

function all({ pattern, flags, text }: Task): Found {
  return Array.from(text.matchAll(new RegExp(pattern, `${flags}g`)), (found) => [
    found.index,
    found[0],
  ]);
}

function oneByOne({ pattern, flags, text, limit }: Task): Found {
  const found: [number, string][] = [];
  const expression = new RegExp(pattern, flags);
  for (let at = 0; found.length < limit;) {
    const match = expression.exec(text.slice(at));
    if (!match) break;
    found.push([at + match.index, match[0]]);
    at += match.index + match[0].length;
    if (!match[0]) break;
  }
  return found;
}

function search(
  cx: Context,
  run: (task: Task) => Found,
  pattern: string,
  text: string,
  limit: number,
): Match[] {
  const task: Task = { ...compiled(cx, pattern), text, limit };
  return guarded(cx, task, run).map(([index, match]) => ({ index, text: match }));
}

/** All pieces of a text that a pattern fits. */
export function matchAll(cx: Context, pattern: string, text: string): Match[] {
  return search(cx, all, pattern, text, Infinity);
}

/** Up to `limit` pieces, each looked for as if the text began behind the one before; an empty one is the last. */
export function matchEach(cx: Context, pattern: string, text: string, limit: number): Match[] {
  return search(cx, oneByOne, pattern, text, limit);
}
