import type { Context } from "../model/context";
import type { Value } from "../values/value";

/** The code points of a string, without making them for plain ones. */
export function codePoints(text: string): string[] {
  return /[\ud800-\udfff]/.test(text) ? [...text] : text.split("");
}

/** The element at an index; the error is at the innermost call. */
export function elementAt(cx: Context, items: readonly Value[], index: number): Value {
  const item = items[index];
  if (item === undefined)
    throw cx.error(
      "index_out_of_bounds",
      `index ${index} out of bounds for length ${items.length}`,
    );
  return item;
}
