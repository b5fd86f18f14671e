import type { Query } from "fauna";

import { compareIds, type RowOrder, type RowRules } from "./rows";
import { cut, flatten, type Fql, namedDocument, outlineOf, withoutGroups } from "./fql-text";

const UNCERTAIN = { isUncertain: true, isById: false, pageSize: 0 };
const DEFAULT_PAGE_SIZE = 16;

/** Strings that may have code in them, or end elsewhere than it seems: those with expressions, and those of `<<+END`. */
const UNREADABLE = /["']|<</;
/** Perhaps statements, then a collection's set or index, and what is made of it. `Set` makes others, of anything. */
const SET =
  /^((?:\s*let\s+(?!Collection\b)\w+\s*=[^\n;]*[\n;])*)\s*(?:Collection\s*#|\$|((?!Set\b)\w+))\s*\.\s*(\w+)\s*#((?:\s*(?:\.\s*(?:map|where|pageSize)\s*#|@))*)\s*$/;
/** Collections have these besides sets and indexes; sets have no documents of their own. */
const NO_SET = /^(?:byId|first|firstWhere|create|createData)$/;

/**
 * @param orders - the app's own. They take precedence, and are certain only where they agree.
 */
export function rulesOf(
  query: Query,
  orders: readonly RowOrder[],
  share: RowRules["share"],
): RowRules {
  const { isById, ...shape } = shapeOf(flatten(query.encode().fql));
  const compare = orders.length ? agreed(orders) : isById ? compareIds : undefined;
  return { ...shape, compare, share };
}

function agreed(orders: readonly RowOrder[]): RowOrder {
  return (a, b) => {
    const [first, ...others] = orders.map((order) => Math.sign(order(a, b)));
    return others.every((other) => other === first) ? (first as number) : NaN;
  };
}

/** Events are matched with rows by id, so it has to be the id of the row's own document. */
function shapeOf(fql: Fql): { isUncertain: boolean; isById: boolean; pageSize: number } {
  const document = namedDocument(fql);
  if (document) return { ...UNCERTAIN, isUncertain: !document.isWhole };
  const outline = outlineOf(fql);
  if (UNREADABLE.test(outline)) return UNCERTAIN;
  const parts = SET.exec(withoutGroups(outline)) as SetParts | null;
  if (!parts) return UNCERTAIN;
  const [, lets, name = "$", method, steps] = parts;
  // A variable may stand for anything.
  if (lets.split(/\W/).includes(name) || NO_SET.test(method)) return UNCERTAIN;
  const made = steps.match(/\w+|@/g) ?? [];
  const all = groupsOf(outline);
  const groups = all.slice(all.length - made.length);
  if (!groups.every(({ text }, index) => keepsId(made[index] as string, text))) return UNCERTAIN;
  const sizes = groups.filter((_group, index) => made[index] === "pageSize");
  const [size] = sizes;
  return {
    isUncertain: false,
    isById: /^(?:all|where)$/.test(method),
    pageSize: !size ? DEFAULT_PAGE_SIZE : sizes.length > 1 ? 0 : numberIn(fql, size),
  };
}

type SetParts = [
  text: string,
  lets: string,
  name: string | undefined,
  method: string,
  steps: string,
];

interface Group {
  readonly text: string;
  readonly start: number;
}

/** What is in brackets, but not within others. */
function groupsOf(outline: string): Group[] {
  const groups: Group[] = [];
  let [depth, start] = [0, 0];
  for (const [place, char] of outline.split("").entries()) {
    if ("({[".includes(char) && !depth++) start = place;
    if (")}]".includes(char) && !--depth)
      groups.push({ text: outline.slice(start, place + 1), start });
  }
  return groups;
}

function numberIn(fql: Fql, { text, start }: Group): number {
  const [, digits, value] = /^\(\s*(?:(\d+)|(\$))\s*\)/.exec(text) ?? [];
  const [, [part]] = cut(fql, start + text.indexOf("$"));
  return Number(digits ?? (value && /\d+/.exec(JSON.stringify(part))?.[0]) ?? 0);
}

/** A function that returns an object, or a projection of what it gets. */
const LAMBDA = /^\(\s*\(?\s*(\w+)\s*\)?\s*=>\s*(\1)?\s*(\{[^]*\})\s*\)$/;
const OF_PROJECTION = "(?::\\s*\\.\\s*id)?";

/** Whether the rows still have the ids of their documents after a step. */
function keepsId(step: string, text: string): boolean {
  if (step === "@") return hasOwnId(text, OF_PROJECTION);
  if (step !== "map") return true;
  const [, row, projected, made] = LAMBDA.exec(text) ?? [];
  return !!made && hasOwnId(made, projected ? OF_PROJECTION : `:\\s*${row}\\s*\\.\\s*id`);
}

/** Whether `id` is the document's in an object or a projection. */
function hasOwnId(object: string, value: string): boolean {
  if (withoutGroups(object) !== "@") return false;
  const fields = withoutGroups(object.slice(1, -1)).split(",");
  // A string may be any field's name.
  const ids = fields.filter((field) => /^\s*(?:id\b|_+\s*:)/.test(field));
  return ids.length === 1 && new RegExp(`^\\s*id\\s*${value}\\s*$`).test(ids[0] as string);
}
