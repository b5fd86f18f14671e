import type { Position, ValidationFailure } from "../errors";
import type { Evaluator } from "../evaluate";
import { isArray, isObject, Ref, type V4Value } from "../values";
import { refuseFields } from "./fields";

/** A write refuses references to what does not exist, wherever in its fields they are; it names them by the whole path. */
export function checkReferences(params: V4Value, evaluator: Evaluator, at: Position): void {
  refuseFields([...failuresIn(params, evaluator, at)], at);
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
