import { isJsonObject, type Json } from "../http/read-json";
import { invalidExpression, type Position } from "./errors";
import type { Expression } from "./expressions";
import { findFunction } from "./functions";

type Read = (json: Json, at: Position) => Expression;

const SETS = new Set(
  "match singleton events documents union intersection difference distinct reverse range join filter".split(
    " ",
  ),
);
/** Parts that are lambdas as they are, without a tag. */
const LAMBDAS = new Set(["with", "filter"]);

/** `{"@set": …}` is made as the function of that name makes sets, of values in which nothing else is evaluated. */
export function setLiteral(json: Json, at: Position, value: Read, lambda: Read): Expression {
  const keys = isJsonObject(json) ? Object.keys(json) : [];
  const target = keys.some((key) => SETS.has(key)) ? findFunction(keys, "4") : undefined;
  if (!isJsonObject(json) || !target) throw invalidExpression("Invalid set.", at);
  const args = keys.map((key): [string, Expression] => {
    const read = LAMBDAS.has(key) ? lambda : value;
    return [key, read(json[key] ?? null, [...at, key])];
  });
  return { kind: "call", target, args: new Map(args), position: at, isLiteral: true };
}
