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

/** Whether a string may show a character as it is: the others cannot be seen, or turn the text around. */
export function isDisplayed(char: string): boolean {
  return !/[\0-\x08\x0e-\x1f\x7f\ufeff\ufff0-\uffff\u2000-\u200f\u2028-\u202f\u2060-\u206f]/.test(
    char,
  );
}

/** A character that the server does not show as it is. */
function hidden(char: string): string {
  const code = char.codePointAt(0)!.toString(16);
  return code.length > 4 ? `\\u{${code.padStart(6, "0")}}` : `\\u${code.padStart(4, "0")}`;
}

/** A string as FQL source. */
export function quote(text: string): string {
  const shown = [...text].map((char) => {
    if (/[\\"#\n\r\t\0\b\f\v]/.test(char)) return escapeOf(char);
    return char.length > 1 || !isDisplayed(char) ? hidden(char) : char;
  });
  return `"${shown.join("")}"`;
}

/** A string as values show it: every kind of quote and every `#` is escaped. */
export function escaped(text: string): string {
  return `"${text.replace(/[\\"'`#\n\r\t\0\b\f\v]/g, escapeOf)}"`;
}

/** Whether values show a field's name without quotes. */
export function isPlainName(name: string): boolean {
  return /^\p{L}[\p{L}\p{Nd}_]*$/u.test(name);
}
