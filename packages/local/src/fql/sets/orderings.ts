import { callValue } from "../model/calls";
import type { Context } from "../model/context";
import { compareInOrder } from "../values/sort-order";
import type { Value } from "../values/value";

/** What elements are sorted by: a function of them, or themselves. */
export interface Ordering {
  readonly key: Value | null;
  readonly sign: 1 | -1;
}

function orderingOf(value: Value): Ordering {
  if (typeof value !== "object" || value.kind !== "object") return { key: value, sign: 1 };
  const desc = value.fields.get("desc");
  return desc ? { key: desc, sign: -1 } : { key: value.fields.get("asc")!, sign: 1 };
}

export function orderingsOf(by: readonly Value[]): readonly Ordering[] {
  return by.map(orderingOf);
}

/** The other way round. The order of the elements themselves has none: it stays. */
export function turned(orderings: readonly Ordering[]): readonly Ordering[] {
  return orderings.map(({ key, sign }) => ({ key, sign: sign === 1 ? -1 : 1 }));
}

/** Sorts by functions of the elements, `asc(…)` and `desc(…)`; equal elements keep their order. */
export function sortBy(cx: Context, items: readonly Value[], by: readonly Ordering[]): Value[] {
  const orderings = by.length ? by : [{ key: null, sign: 1 } as const];
  const keyed = items.map((item) => ({
    item,
    keys: orderings.map(({ key }) => (key === null ? item : callValue(cx, key, [item]))),
  }));
  keyed.sort((a, b) => {
    for (const [i, { sign }] of orderings.entries()) {
      const order = compareInOrder(a.keys[i]!, b.keys[i]!) * sign;
      if (order) return order;
    }
    return 0;
  });
  return keyed.map(({ item }) => item);
}
