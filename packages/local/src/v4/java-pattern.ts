import { forEngine, translate } from "../fql/stdlib/java-regex";

/** A regular expression as the server's engine reads it; undefined if it is none. */
export function javaPattern(source: string): RegExp | undefined {
  const translated = translate(source);
  if ("name" in translated) return undefined;
  const found = forEngine(translated);
  return found && new RegExp(found.pattern, found.flags);
}

/** The same that finds all there are. */
export function everywhere(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, `${pattern.flags}g`);
}

/** What Java puts in the place of a match: `$1` and `${name}` are groups, and a backslash takes away a meaning. */
export function replacementFor(template: string, found: readonly string[], groups: Groups): string {
  return template.replace(
    /\\([\s\S])|\$\{(\w+)\}|\$(\d+)/g,
    (_all, escaped: string | undefined, name: string | undefined, digits: string | undefined) => {
      if (escaped !== undefined) return escaped;
      if (name !== undefined) return groups?.[name] ?? "";
      const number = groupNumber(digits ?? "", found.length - 1);
      return (found[Number(number)] ?? "") + (digits ?? "").slice(number.length);
    },
  );
}

type Groups = Readonly<Record<string, string | undefined>> | undefined;

/** As many digits as there is a group for, at least one. */
function groupNumber(digits: string, count: number): string {
  let length = 1;
  while (length < digits.length && Number(digits.slice(0, length + 1)) <= count) length++;
  return digits.slice(0, length);
}
