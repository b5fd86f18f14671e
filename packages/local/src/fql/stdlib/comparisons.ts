import type { Value } from "../values/value";
import { compareNumbers, isNumber, long } from "../values/numbers";
import { compareInOrder, compareUnits } from "../values/sort-order";
import { equal } from "../model/equality";
import type { Context } from "../model/context";
import { implement } from "./implement";
import type { TypeTable } from "./method";

type Compare = (a: Value, b: Value) => number;

/** As the server compares lists: two that have nothing more to compare are in order, whichever is asked for first. */
function compareLists<T>(
  a: readonly T[],
  b: readonly T[],
  compare: (a: T, b: T) => number,
): number {
  for (const [i, item] of a.entries()) {
    if (i >= b.length) return 1;
    const order = compare(item, b[i]!);
    if (order) return order;
  }
  return -1;
}

/** A number that is compared with an id: that itself, or a text of one. */
function idOf(value: Value): Value | null {
  if (typeof value === "string") return /^-?\d{1,19}$/.test(value) ? long(BigInt(value)) : null;
  if (typeof value !== "object") return null;
  return value.kind === "id" ? long(value.value) : isNumber(value) ? value : null;
}

const inAll: Compare = (a, b) => compareFor(a, b) ?? compareInOrder(a, b);

function isId(value: Value): boolean {
  return typeof value === "object" && value.kind === "id";
}

/** How two values compare; null for those that do not. */
function compareFor(a: Value, b: Value): number | null {
  if (isId(a) || isId(b)) {
    const [x, y] = [idOf(a), idOf(b)];
    return x === null || y === null ? null : compareFor(x, y);
  }
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (typeof a !== "object" || typeof b !== "object")
    return typeof a === typeof b ? compareInOrder(a, b) : null;
  if (a === b) return 0;
  if (a.kind === "array" && b.kind === "array") return compareLists(a.items, b.items, inAll);
  if (a.kind === "object" && b.kind === "object") {
    const [x, y] = [a, b].map(({ fields }) => [...fields].sort(([p], [q]) => compareUnits(p, q)));
    return compareLists(x!, y!, ([p, v], [q, w]) => compareUnits(p, q) || inAll(v, w));
  }
  if (a.kind === "module" && b.kind === "module") return compareUnits(a.name, b.name);
  return a.kind === b.kind ? compareInOrder(a, b) : null;
}

function comparison(holds: (order: number) => boolean) {
  return (_cx: Context, self: Value, other: Value): boolean => {
    const order = compareFor(self, other);
    return order !== null && holds(order);
  };
}

/** What every value can do. */
export const COMMON_OPERATORS: TypeTable = implement("Any", {
  "==(other: Any) => Boolean": equal,
  "!=(other: Any) => Boolean": (cx, self, other) => !equal(cx, self, other),
  "<(other: Any) => Boolean": comparison((order) => order < 0),
  "<=(other: Any) => Boolean": comparison((order) => order <= 0),
  ">(other: Any) => Boolean": comparison((order) => order > 0),
  ">=(other: Any) => Boolean": comparison((order) => order >= 0),
});
