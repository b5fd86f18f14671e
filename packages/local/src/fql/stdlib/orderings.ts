import { callValue } from "../model/calls";
import type { Context } from "../evaluator/context";
import { compareValues } from "../values/order";
import type { Value } from "../values/value";

interface Ordering {
  readonly key: Value | null;
  readonly sign: 1 | -1;
}

function orderingOf(value: Value): Ordering {
  if (typeof value !== "object" || value.kind !== "object") return { key: value, sign: 1 };
  const desc = value.fields.get("desc");
  return desc ? { key: desc, sign: -1 } : { key: value.fields.get("asc")!, sign: 1 };
}

/** Sorts by functions of the elements, `asc(…)` and `desc(…)`; equal elements keep their order. */
export function sortBy(cx: Context, items: readonly Value[], by: readonly Value[]): Value[] {
  const orderings = by.length ? by.map(orderingOf) : [{ key: null, sign: 1 } as Ordering];
  const keyed = items.map((item) => ({
    item,
    keys: orderings.map(({ key }) => (key === null ? item : callValue(cx, key, [item]))),
  }));
  keyed.sort((a, b) => {
    for (const [i, { sign }] of orderings.entries()) {
      const order = compareValues(a.keys[i]!, b.keys[i]!, false) * sign;
      if (order) return order;
    }
    return 0;
  });
  return keyed.map(({ item }) => item);
}
