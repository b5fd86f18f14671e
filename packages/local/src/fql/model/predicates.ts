import { CheckError, QueryError } from "../errors";
import type { LambdaValue, QueryValue, Value } from "../values/value";
import { applyLambda } from "./calls";
import type { Context } from "./context";
import { runQuery } from "./queries";

/**
 * Whether a predicate answers true. It may read and not write. One that fails does not hold; one that is out of time ends
 * the run with a TimeoutError.
 *
 * @param whole - as for {@link runQuery}.
 */
export function answersTrue(
  cx: Context,
  predicate: LambdaValue | QueryValue,
  args: readonly Value[],
  whole?: boolean,
): boolean {
  const judge = (): Value =>
    predicate.kind === "query"
      ? runQuery(cx, predicate, args, whole)
      : applyLambda(cx, predicate, args);
  try {
    return cx.withEffect({ allowed: "read", where: "role predicates" }, judge) === true;
  } catch (error) {
    if (error instanceof QueryError || error instanceof CheckError) return false;
    // There is no larger stack than that of our own thread.
    if (error instanceof RangeError && !cx.runsAgain) return false;
    throw error;
  }
}
