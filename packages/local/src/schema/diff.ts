import { KINDS, type LocatedItem } from "./fsl-items";
import { content, key, locateAll, type Files } from "./schema-files";

/** What changes between two sets of files, one line for each item. */
export function summarizeDiff(before: Files, after: Files): string {
  const [old, now] = [locateAll(before), locateAll(after)];
  const byKey = (items: readonly LocatedItem[]): Map<string, LocatedItem> =>
    new Map(items.map((found) => [key(found.item), found]));
  const [oldByKey, nowByKey] = [byKey(old), byKey(now)];
  const added = now.filter(({ item }) => !oldByKey.has(key(item)));
  const removed = old.filter(({ item }) => !nowByKey.has(key(item)));
  const modified = now.filter((found) => {
    const known = oldByKey.get(key(found.item));
    return known !== undefined && content(known) !== content(found);
  });
  return [
    ...added.map((found) => line("Adding", "to", found)),
    ...modified.map((found) => line("Modifying", "at", found)),
    ...removed.map((found) => line("Removing", "from", found)),
  ].join("");
}

function line(verb: string, preposition: string, { filename, text, item }: LocatedItem): string {
  const lines = text.slice(0, item.start).split("\n");
  const place = `${filename}:${lines.length}:${(lines.at(-1) ?? "").length + 1}`;
  return `* ${verb} ${KINDS[item.kind].noun} \`${item.name}\` ${preposition} ${place}\n`;
}
