import type { Environment } from "./environment";
import { isNumberOf, isValueOf } from "./structure";
import type { Members, Type } from "./type";

// Most unions are plain where a value meets them: a text for `String | Null`. To open the choice costs as much as all else
// that is done for the value, and says nothing more if the query is right.

/**
 * Whether a value fits one of a union's types as it stands, so that nothing depends on the others; and none of these opens
 * a choice of its own, whose id others would miss.
 */
export function fitsPlainly(value: Type, { members }: Members, environment: Environment): boolean {
  return (
    isPlain(value, environment) &&
    members.every((use) => isPlain(use, environment)) &&
    members.some((use) => isValue(value, use))
  );
}

/** A type that is made of nothing, and stands for nothing else. */
export function isPlain(type: Type, environment: Environment): boolean {
  if (type.kind === "named") return !type.args.length && !environment.shape(type.name)?.alias;
  return type.kind === "literal" || type.kind === "any";
}

/** Whether a type that is made of nothing is, by its name, also another one. */
export function isValue(value: Type, use: Type): boolean {
  if (use.kind !== "named") return false;
  if (value.kind === "named") return value.name === use.name || isNumberOf(value.name, use.name);
  return value.kind === "any" || (value.kind === "literal" && isValueOf(value.value, use.name));
}
