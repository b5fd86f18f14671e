import type { Query } from "fauna";

import { compareIds, type RowOrder, type RowRules } from "./rows";
import { cut, flatten, type Fql, namedDocument, outlineOf, withoutGroups } from "./fql-text";

const UNCERTAIN = { isUncertain: true, isById: false, pageSize: 0 };
const DEFAULT_PAGE_SIZE = 16;

/** Perhaps statements, then a collection's set or index, and what is made of it. */
const SET =
  /^((?:\s*let\s+\w+\s*=[^\n;]*[\n;])*)\s*(?:Collection\s*#|\$|(\w+))\s*\.\s*(\w+)\s*#((?:\s*(?:\.\s*(?:map|where|pageSize)\s*#|@))*)\s*$/;
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
  const [, lets = "", name = "$", method = "", steps] = SET.exec(withoutGroups(outline)) ?? [];
  // A variable may stand for anything.
  const isVariable = name === "Set" || lets.split(/\W+/).includes(name);
  if (steps === undefined || isVariable || NO_SET.test(method)) return UNCERTAIN;
  const made = steps.match(/\w+|@/g) ?? [];
  const groups = made.length ? groupsOf(outline).slice(-made.length) : [];
  if (!groups.every(({ text }, index) => keepsId(made[index] as string, text))) return UNCERTAIN;
  const sizes = groups.filter((_group, index) => made[index] === "pageSize");
  const [size] = sizes;
  return {
    isUncertain: false,
    isById: /^(?:all|where)$/.test(method),
    pageSize: !size ? DEFAULT_PAGE_SIZE : sizes.length > 1 ? 0 : numberIn(fql, size),
  };
}

interface Group {
  readonly text: string;
  readonly start: number;
}

/** What is in brackets, but not within others. */
function groupsOf(outline: string): Group[] {
  const groups: Group[] = [];
  let [depth, start] = [0, 0];
  for (let place = 0; place < outline.length; place++) {
    const char = outline[place] as string;
    if ("({[".includes(char) && !depth++) start = place;
    if (")}]".includes(char) && !--depth)
      groups.push({ text: outline.slice(start, place + 1), start });
  }
  return groups;
}

function numberIn(fql: Fql, { text, start }: Group): number {
  const [, digits, value] = /^\(\s*(?:(\d+)|(\$))\s*\)$/.exec(text) ?? [];
  const [, [part]] = cut(fql, start + text.indexOf("$"));
  return Number(digits ?? (value && /\d+/.exec(JSON.stringify(part))?.[0]) ?? 0);
}

const LAMBDA = /^\(\s*\(?\s*(\w+)\s*\)?\s*=>\s*(\w*)\s*(\{[^]*\})\s*\)$/;

/** Whether the rows still have the ids of their documents after a step. */
function keepsId(step: string, text: string): boolean {
  if (step === "@") return hasOwnId(text, "(?::\\s*\\.\\s*id)?");
  if (step !== "map") return true;
  const [, row = "", projected, made = ""] = LAMBDA.exec(text) ?? [];
  if (projected) return projected === row && hasOwnId(made, "(?::\\s*\\.\\s*id)?");
  return hasOwnId(made, `:\\s*${row}\\s*\\.\\s*id`);
}

/** Whether `id` is the document's in an object or a projection. */
function hasOwnId(object: string, value: string): boolean {
  if (withoutGroups(object) !== "@") return false;
  const fields = withoutGroups(object.slice(1, -1)).split(/[,\n]/);
  // A string may be any field's name.
  const ids = fields.filter((field) => /^\s*(?:id\b|_+\s*:|\.\.\.)/.test(field));
  return ids.length === 1 && new RegExp(`^\\s*id\\s*${value}\\s*$`).test(ids[0] as string);
}
