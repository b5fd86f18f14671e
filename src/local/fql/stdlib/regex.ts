import type { Context } from "../evaluator/context";

/** What the server's regular expression engine calls the faults that ours finds. */
const FAULTS: readonly (readonly [RegExp, string, (pattern: string) => number])[] = [
  [/Unterminated group/, "Unclosed group", (pattern) => pattern.length],
  [
    /Unterminated character class|Missing \]/,
    "Unclosed character class",
    (pattern) => pattern.length - 1,
  ],
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

/** A global regular expression from its text; a faulty one is an error at the innermost call. */
export function regex(cx: Context, pattern: string): RegExp {
  try {
    return new RegExp(pattern, "gu");
  } catch {
    return lenient(cx, pattern);
  }
}

function lenient(cx: Context, pattern: string): RegExp {
  try {
    return new RegExp(pattern, "g");
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    const known = FAULTS.find(([fault]) => fault.test(reason));
    const dangling =
      known?.[1] === "Dangling meta character" ? ` '${pattern[known[2](pattern)] ?? ""}'` : "";
    const [description, index] = known
      ? [known[1] + dangling, known[2](pattern)]
      : ["Invalid pattern", 0];
    throw cx.error("invalid_regex", `Invalid regular expression. ${description} at index ${index}`);
  }
}
