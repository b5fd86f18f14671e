import { createContext, Script } from "node:vm";
import type { Context } from "../evaluator/context";
import { TimeoutError } from "../errors";

/** A piece of a text that a pattern fits. */
export interface Match {
  readonly index: number;
  readonly text: string;
}

/** What the server's regular expression engine calls the faults that ours finds. */
const FAULTS: readonly (readonly [RegExp, string, (pattern: string) => number])[] = [
  [/Unterminated group/, "Unclosed group", (pattern) => pattern.length],
  [/Unterminated character class/, "Unclosed character class", (pattern) => pattern.length - 1],
  [
    /Nothing to repeat/,
    "Dangling meta character",
    (pattern) => Math.max(0, pattern.search(/[*+?]/)),
  ],
  [/Unmatched '\)'/, "Unmatched closing ')'", (pattern) => Math.max(0, pattern.indexOf(")") - 1)],
  [/\\ at end of pattern/, "Unexpected internal error", (pattern) => pattern.length],
  [
    /numbers out of order/,
    "Illegal repetition range",
    (pattern) => Math.max(0, pattern.indexOf("{")),
  ],
];

function compiles(pattern: string, flags: string): string | null {
  try {
    new RegExp(pattern, flags);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

/** The flags that a pattern compiles with; a faulty one is an error at the innermost call. */
function flagsFor(cx: Context, pattern: string): string {
  if (compiles(pattern, "u") === null) return "u";
  const reason = compiles(pattern, "");
  if (reason === null) return "";
  const [, name = "Invalid pattern", place = (): number => 0] =
    FAULTS.find(([fault]) => fault.test(reason)) ?? [];
  const index = place(pattern);
  const char = name === "Dangling meta character" ? ` '${pattern[index] ?? ""}'` : "";
  throw cx.error("invalid_regex", `Invalid regular expression. ${name}${char} at index ${index}`);
}

// A pattern can take for ever, and only a script in a context of its own can be stopped at a deadline.
const ALL = new Script(
  "Array.from(text.matchAll(new RegExp(pattern, flags + 'g')), (m) => [m.index, m[0]])",
);
const ONE_BY_ONE = new Script(`
  var found = [];
  var expression = new RegExp(pattern, flags);
  for (var at = 0; found.length < limit; ) {
    var m = expression.exec(text.slice(at));
    if (!m) break;
    found.push([at + m.index, m[0]]);
    at += m.index + m[0].length;
    if (!m[0]) break;
  }
  found;
`);

function search(
  cx: Context,
  script: Script,
  pattern: string,
  text: string,
  limit: number,
): Match[] {
  const flags = flagsFor(cx, pattern);
  const context = createContext({ pattern, flags, text, limit });
  try {
    const found = script.runInContext(context, { timeout: cx.timeLeft }) as [number, string][];
    return found.map(([index, match]) => ({ index, text: match }));
  } catch (error) {
    // The error comes from another realm, so only its code says what it is.
    if ((error as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") {
      throw new TimeoutError("The query took too long.");
    }
    throw error;
  }
}

/** All pieces of a text that a pattern fits. */
export function matchAll(cx: Context, pattern: string, text: string): Match[] {
  return search(cx, ALL, pattern, text, Infinity);
}

/** Up to `limit` pieces, each looked for as if the text began behind the one before; an empty one is the last. */
export function matchEach(cx: Context, pattern: string, text: string, limit: number): Match[] {
  return search(cx, ONE_BY_ONE, pattern, text, limit);
}
