import type { Expr } from "../ast";
import type { Context } from "./context";
import type { Value } from "../values/value";
import { evaluate } from "./calls";

/** The value of a default: an expression that neither reads nor writes. */
export function evaluateDefault(cx: Context, initial: Expr): Value {
  return cx.withEffect({ allowed: "none", where: "default values" }, () =>
    evaluate(cx, initial, null),
  );
}
