import type { Context } from "../fql/model/context";
import { guarded, type PatternTask } from "../fql/stdlib/guarded-pattern";
import { forEngine, type Translated, translate } from "../fql/stdlib/java-regex";
import { JavaFault } from "./java-fault";

/** A regular expression in the words of our engine. */
export type JavaPattern = Translated;

/** What a pattern fits, with its groups. */
export interface Found {
  readonly index: number;
  readonly texts: readonly (string | undefined)[];
  readonly groups: Readonly<Record<string, string | undefined>> | undefined;
}

/** A regular expression as the server's engine reads it; undefined if it is none. */
export function javaPattern(source: string): JavaPattern | undefined {
  const translated = translate(source);
  return "name" in translated ? undefined : forEngine(translated);
}

interface Search extends PatternTask {
  limit: number;
}

function search({ pattern, flags, text, limit }: Search): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(new RegExp(pattern, `${flags}g`))) {
    if (found.length >= limit) break;
    found.push({ index: match.index, texts: [...match], groups: match.groups });
  }
  return found;
}

/** The first pieces of a text that a pattern fits; a pattern that takes for ever is stopped. */
export function findEach(
  cx: Context,
  { pattern, flags }: JavaPattern,
  text: string,
  limit: number = Infinity,
): readonly Found[] {
  return guarded(cx, { pattern, flags, text, limit }, search);
}

/** The text with something else in the place of what a pattern fits. */
export function replaceEach(text: string, found: readonly Found[], template: string): string {
  let end = 0;
  const parts = found.map((match) => {
    const before = text.slice(end, match.index);
    end = match.index + (match.texts[0] ?? "").length;
    return before + replacementFor(template, match);
  });
  return parts.join("") + text.slice(end);
}

function illegal(message: string): JavaFault {
  return new JavaFault(`java.lang.IllegalArgumentException: ${message}`);
}

/** What Java puts in the place of a match: `$1` and `${name}` are groups, and a backslash takes away a meaning. */
function replacementFor(template: string, found: Found): string {
  return template.replace(
    /\\([\s\S]?)|\$\{([\da-zA-Z]*)(\}?)|\$(\d*)/g,
    (all, escaped?: string, name?: string, end?: string, digits?: string) => {
      if (escaped === "") throw illegal("character to be escaped is missing");
      if (escaped !== undefined) return escaped;
      if (name !== undefined) return namedGroup(name, end === "}", found);
      if (digits) return numberedGroup(digits, found);
      throw template.endsWith(all) && template.indexOf(all) === template.length - 1
        ? illegal("Illegal group reference: group index is missing")
        : illegal("Illegal group reference");
    },
  );
}

function namedGroup(name: string, isClosed: boolean, { groups }: Found): string {
  if (!name || !isClosed) throw illegal("named capturing group is missing trailing '}'");
  if (/^\d/.test(name)) throw illegal(`capturing group name {${name}} starts with digit character`);
  if (!groups || !(name in groups)) throw illegal(`No group with name {${name}}`);
  return groups[name] ?? "";
}

/** As many digits as there is a group for, at least one. */
function numberedGroup(digits: string, { texts }: Found): string {
  const count = texts.length - 1;
  let length = 1;
  while (length < digits.length && Number(digits.slice(0, length + 1)) <= count) length++;
  const number = Number(digits.slice(0, length));
  if (number > count)
    throw new JavaFault(`java.lang.IndexOutOfBoundsException: No group ${number}`);
  return (texts[number] ?? "") + digits.slice(length);
}
