import { compareStrings } from "./order";

// Java's collator for English, by which the server's indexes are ordered.
const COLLATOR = new Intl.Collator("en");

/** Whether a text cannot be compared from this letter on, since it changes the one before. */
function joins(text: string, at: number): boolean {
  return /^[\p{M}\udc00-\udfff]/u.test(text.slice(at, at + 2));
}

/** The order of texts in indexes, and in FQL v4 everywhere: what both begin with alike does not count. */
export function collate(a: string, b: string): number {
  if (a === b) return 0;
  if (a.startsWith(b) || b.startsWith(a)) return a.length - b.length;
  let at = 0;
  while (a[at] === b[at]) at++;
  while (at > 0 && (joins(a, at) || joins(b, at))) at--;
  return COLLATOR.compare(a.slice(at), b.slice(at)) || compareStrings(a, b);
}
