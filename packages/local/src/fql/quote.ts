const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  "\n": "n",
  "\r": "r",
  "\t": "t",
  "\0": "0",
  "\b": "b",
  "\f": "f",
  "\v": "v",
};

function escapeOf(char: string): string {
  return `\\${NAMED_ESCAPES[char] ?? char}`;
}

/** A string as FQL source. */
export function quote(text: string): string {
  return `"${text.replace(/[\\"\n\r\t\0\b\f\v]|#(?=\{)/g, escapeOf)}"`;
}

/** A string as values show it: every kind of quote and every `#` is escaped. */
export function escaped(text: string): string {
  return `"${text.replace(/[\\"'`#\n\r\t\0\b\f\v]/g, escapeOf)}"`;
}

/** Whether values show a field's name without quotes. */
export function isPlainName(name: string): boolean {
  return /^\p{L}[\p{L}\p{Nd}_]*$/u.test(name);
}
