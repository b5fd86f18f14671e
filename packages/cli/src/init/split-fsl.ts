/** An item of a schema as somebody wrote it. */
export interface FslSource {
  /** Such as `collection Todo`. */
  readonly head: string;
  /** With its annotations. */
  readonly text: string;
}

/** The items of a schema, whatever is in them. */
export function splitFsl(text: string): FslSource[] {
  const starts: { head: string; at: number }[] = [];
  let depth = 0;
  for (const { 0: token, 1: head, index } of text.matchAll(TOKENS)) {
    if (head !== undefined && depth === 0)
      starts.push({ head: head.replace(/\s+/g, " "), at: index });
    else if (/^[{([]$/.test(token)) depth++;
    else if (/^[})\]]$/.test(token)) depth--;
  }
  return starts.map(({ head, at }, i) => ({
    head,
    text: text.slice(at, starts[i + 1]?.at).trim(),
  }));
}

/** Heads of items and brackets, and what may hide some. */
const TOKENS = new RegExp(
  [
    /\/\/.*|\/\*[\s\S]*?\*\//, // comments
    /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/, // strings
    /[{}()[\]]/,
    /^[ \t]*(?:@\w+\([^)]*\)\s*)*((?:collection|function|role|access\s+provider)\s+\w+)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gm",
);
