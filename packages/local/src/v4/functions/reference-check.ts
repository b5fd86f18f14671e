import { V4Error, type Position, type ValidationFailure } from "../errors";
import type { Evaluator } from "../evaluate";
import { isArray, isObject, Ref, type V4Value } from "../values";

/** A write refuses references to what does not exist, wherever in its fields they are; it names them by the whole path. */
export function checkReferences(params: V4Value, evaluator: Evaluator, at: Position): void {
  const failures = [...failuresIn(params, evaluator, at)];
  if (failures.length)
    throw new V4Error("validation failed", "document data is not valid.", at, failures);
}

function* failuresIn(
  value: V4Value,
  evaluator: Evaluator,
  at: Position,
): Generator<ValidationFailure> {
  if (value instanceof Ref && evaluator.references.undefinedPart(value))
    yield {
      field: at.map(String),
      code: "invalid reference",
      description: "Cannot read reference.",
    };
  if (isArray(value))
    for (const [i, item] of value.entries()) yield* failuresIn(item, evaluator, [...at, i]);
  if (isObject(value))
    for (const [key, item] of value) yield* failuresIn(item, evaluator, [...at, key]);
}
