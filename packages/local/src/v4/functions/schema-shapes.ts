import type { SystemCollection } from "../../store";
import { isPure } from "../effects";
import { V4Error, type Position, type ValidationFailure } from "../errors";
import { isArray, isObject, Lambda, Ref, type V4Object, type V4Value } from "../values";
import { wrongField } from "./fields";

type Is = (value: V4Value) => boolean;

const isBoolean: Is = (value) => typeof value === "boolean";
const isLong: Is = (value) => typeof value === "bigint";
const isRefOrText: Is = (value) => value instanceof Ref || typeof value === "string";
const isList: Is = (value) => isArray(value) || isObject(value);
const isSource: Is = (value) =>
  value instanceof Ref ||
  value === EVERY_COLLECTION ||
  isObject(value) ||
  (isArray(value) && value.every(isSource));

/** The source of an index over all collections. */
const EVERY_COLLECTION = "_";

const DATA = ["data", "Map", isObject] as const;

/** The fields of schema documents in the order in which the server looks at them. */
const SHAPES: Readonly<
  Partial<Record<SystemCollection, readonly (readonly [string, string, Is])[]>>
> = {
  Collection: [DATA, ["history_days", "Long", isLong], ["ttl_days", "Long", isLong]],
  Database: [DATA],
  Index: [
    DATA,
    ["source", "SourceClass", isSource],
    ["unique", "Boolean", isBoolean],
    ["serialized", "Boolean", isBoolean],
    ["active", "Boolean", isBoolean],
  ],
  Role: [DATA, ["privileges", "Privilege", isList], ["membership", "Membership", isList]],
  Function: [DATA],
  Key: [DATA, ["database", "Database Ref", isRefOrText]],
};

/** What is wrong with the fields of a schema document by their types. */
export function shapeFailures(system: SystemCollection, params: V4Object): ValidationFailure[] {
  const own = (SHAPES[system] ?? []).flatMap(([name, type, is]) => {
    const value = params.get(name) ?? null;
    return value === null || is(value) ? [] : [wrongField([name], value, type)];
  });
  if (own.length || system !== "Role") return own.concat(bindingFailures(system, params));
  return [...resourceFailures(params, "privileges"), ...resourceFailures(params, "membership")];
}

function listOf(value: V4Value | undefined): readonly V4Value[] {
  if (value === undefined || value === null) return [];
  return isArray(value) ? value : [value];
}

/** FQL v4 names resources by reference only, and has no texts for functions. */
function resourceFailures(params: V4Object, list: string): ValidationFailure[] {
  return listOf(params.get(list)).flatMap((entry) => {
    const resource = isObject(entry) ? (entry.get("resource") ?? null) : null;
    const predicate = isObject(entry) ? (entry.get("predicate") ?? null) : null;
    const wrongResource = resource !== null && !(resource instanceof Ref);
    const wrongPredicate = predicate !== null && !(predicate instanceof Lambda);
    return [
      ...(wrongResource ? [wrongField(["resource"], resource, "Ref")] : []),
      ...(wrongPredicate ? [wrongField(["predicate"], predicate, "Query")] : []),
    ];
  });
}

/** What an index binds may not depend on anything but the document. */
function bindingFailures(system: SystemCollection, params: V4Object): ValidationFailure[] {
  if (system !== "Index") return [];
  return listOf(params.get("source")).flatMap((source, at) => {
    const fields = isObject(source) ? (source.get("fields") ?? null) : null;
    if (!isObject(fields)) return [];
    return [...fields].flatMap(([name, binding], i) => {
      if (binding instanceof Lambda && isPure(binding.expression.body)) return [];
      return [
        {
          field: ["source", String(at), "fields", String(i), name],
          code: "invalid binding",
          description: "Field binding must be a pure unary function.",
        },
      ];
    });
  });
}

/** The body of a function is a function, and no text. */
export function checkBody(params: V4Object, at: Position): void {
  if (typeof params.get("body") === "string")
    throw new V4Error("schema validation failed", "Invalid type provided for field `body`.", at);
}
