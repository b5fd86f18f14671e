import { invalidArgument, type Position, type ValidationFailure } from "../errors";
import type { Evaluator } from "../evaluate";
import { isArray, isObject, Ref, type V4Value } from "../values";
import type { CallSite } from "./define";
import { refuseFields } from "./fields";

/** What is in another database is not written from here. */
export function refuseScoped(ref: Ref, site: CallSite, parameter: string): void {
  if (ref.database) throw invalidArgument("Cannot write a scoped ref.", site.at(parameter));
}

/** A write refuses references to what does not exist, wherever in its fields they are; it names them by the whole path. */
export function checkReferences(params: V4Value, evaluator: Evaluator, at: Position): void {
  refuseFields([...failuresIn(params, evaluator, at)], at);
}

function problemOf(ref: Ref, { references }: Evaluator): string | undefined {
  if (references.undefinedPart(ref)) return "Cannot read reference.";
  return ref.database ? "Reference cannot be scoped." : undefined;
}

function* failuresIn(
  value: V4Value,
  evaluator: Evaluator,
  at: Position,
): Generator<ValidationFailure> {
  const problem = value instanceof Ref ? problemOf(value, evaluator) : undefined;
  if (problem !== undefined)
    yield { field: at.map(String), code: "invalid reference", description: problem };
  if (isArray(value))
    for (const [i, item] of value.entries()) yield* failuresIn(item, evaluator, [...at, i]);
  if (isObject(value))
    for (const [key, item] of value) yield* failuresIn(item, evaluator, [...at, key]);
}
