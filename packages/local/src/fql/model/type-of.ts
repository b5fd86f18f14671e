import type { Context } from "./context";
import { typeName } from "../values/type-names";
import type { Value } from "../values/value";
import { collectionName } from "./names";

/** The type of a value as errors name it. */
export function nameOfType(cx: Context, value: Value): string {
  return typeName(value, (id) => collectionName(cx, id));
}
