/** An escape in JSON. Of a character that is two units only a half is ever escaped, never the pair. */
const ESCAPE = /\\(?:ud[89a-f][0-9a-f]{2}|[^])/g;

/** JSON as Java sends it: for half a character, which UTF-8 does not have, it writes a question mark. */
export function encodable(json: string): string {
  if (!json.includes("\\ud")) return json;
  return json.replace(ESCAPE, (escape) => (escape.length > 2 ? "?" : escape));
}
