import type { Query } from "fauna";

import { compareIds, type RowOrder, type RowRules } from "./rows";
import { cut, flatten, type Fql, namedDocument, outlineOf, withoutGroups } from "./fql-text";

const UNCERTAIN = { isUncertain: true, isById: false, pageSize: 0 };
const DEFAULT_PAGE_SIZE = 16;

/**
 * Strings that may have code in them, or end elsewhere than it seems: those with expressions, and those of `<<+END`. And
 * what is read of other sets: their changes change rows without an event of the row.
 */
const UNREADABLE = /["']|<<|[^\s;\w] *[A-Z]\w*\.(?!byId|token|id)/;
/**
 * Perhaps statements, then a collection's set or index, and what is made of it. Collections make documents, too, and `Set`
 * makes sets of anything.
 */
const SET =
  /^((?:\s*let\s+(?!Collection\b)\w+\s*=[^\n;]*[\n;])*)\s*(?:Collection\s*#|\$|((?!Set\b)\w+))\s*\.\s*((?!(?:byId|first|firstWhere|create|createData)\b)\w+)\s*#((?:\s*(?:\.\s*(?:map|where|pageSize)\s*#|@))*)\s*$/;

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
  const parts = UNREADABLE.test(outline) ? null : SET.exec(withoutGroups(outline));
  const [, lets, name = "$", method, steps] = (parts ?? []) as unknown as SetParts;
  // A variable may stand for anything.
  if (!method || lets.split(/\W/).includes(name)) return UNCERTAIN;
  const made = steps.match(/\w+|@/g) ?? [];
  // Those of the steps stand last. Where there is no step these are all groups, of which nothing is asked.
  const groups = groupsOf(outline).slice(-made.length);
  if (!groups.every(({ text }, index) => keepsId(made[index], text))) return UNCERTAIN;
  const [size, another] = groups.filter((_group, index) => made[index] === "pageSize");
  return {
    isUncertain: false,
    isById: /^(?:all|where)$/.test(method),
    pageSize: another ? 0 : size ? numberIn(fql, size) : DEFAULT_PAGE_SIZE,
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
  const [, number = ""] = /^\(\s*(\d+|\$)\s*\)/.exec(text) ?? [];
  const [, [part]] = cut(fql, start + text.indexOf("$"));
  return Number(/\d+/.exec(number === "$" ? JSON.stringify(part) : number)?.[0] ?? 0);
}

/** A function that returns an object, or a projection of what it gets. */
const LAMBDA = /^\(\s*\(?\s*(\w+)\s*\)?\s*=>\s*(\1)?\s*(\{[^]*\})\s*\)$/;
const OF_PROJECTION = "(?::\\s*\\.\\s*id)?";

/** Whether the rows still have the ids of their documents after a step. */
function keepsId(step: string | undefined, text: string): boolean {
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
  const [id = "", another] = fields.filter((field) => /^\s*(?:id\b|_+\s*:)/.test(field));
  return !another && new RegExp(`^\\s*id\\s*${value}\\s*$`).test(id);
}
