import type { SystemCollection } from "../../store";
import { isPure } from "../effects";
import { V4Error, type Position, type ValidationFailure } from "../errors";
import { isArray, isObject, Lambda, Ref, type V4Object, type V4Value } from "../values";
import { wrongField } from "./fields";
import { entriesOf, type Is, roleTypeFailures } from "./role-shapes";

const isBoolean: Is = (value) => typeof value === "boolean";
const isLong: Is = (value) => typeof value === "bigint";
const isRef: Is = (value) => value instanceof Ref;
const isList: Is = (value) => isArray(value) || isObject(value);
const isSource: Is = (value) =>
  (value instanceof Ref && value.schemaClass === "collections") ||
  value === EVERY_COLLECTION ||
  isObject(value) ||
  (isArray(value) && value.every(isSource));

const isPriority: Is = (value) =>
  typeof value === "bigint" && value >= 1n && value <= HIGHEST_PRIORITY;

const HIGHEST_PRIORITY = 500n;
const MOST_PARTITIONS = 8n;

/** The source of an index over all collections. */
const EVERY_COLLECTION = "_";

const DATA = ["data", "Map", isObject] as const;

const NAME = "name";
const isRole: Is = (value) =>
  value instanceof Ref
    ? value.schemaClass === "roles"
    : typeof value === "string" || (isArray(value) && value.every(isRole));

type Field = readonly [name: string, type: string, is: Is];

const PRIORITY: Field = ["priority", "Priority", isPriority];

/** The fields of schema documents in the order in which the server looks at them. */
const SHAPES: Readonly<Record<SystemCollection, readonly (Field | typeof NAME)[]>> = {
  Collection: [DATA, ["history_days", "Long", isLong], ["ttl_days", "Long", isLong], NAME],
  Database: [DATA, NAME, PRIORITY],
  Index: [
    DATA,
    NAME,
    ["source", "SourceClass", isSource],
    ["terms", "Term", isList],
    ["values", "Value", isList],
    ["active", "Boolean", isBoolean],
    ["unique", "Boolean", isBoolean],
    ["serialized", "Boolean", isBoolean],
  ],
  Role: [DATA, NAME],
  Function: [DATA, NAME, ["role", "Role", isRole]],
  Key: [DATA, ["role", "Role", isRole], ["database", "Database Ref", isRef], PRIORITY],
  AccessProvider: [DATA, NAME],
  Token: [],
  Credential: [],
};

/** What an index must have; of others it is found out where they are kept. */
const REQUIRED: ReadonlySet<string> = new Set(["source"]);

/** What is wrong with the fields of a schema document by their types. */
export function shapeFailures(
  system: SystemCollection,
  params: V4Object,
  isNew: boolean,
): ValidationFailure[] {
  const own = SHAPES[system].flatMap((field): ValidationFailure[] => {
    if (field === NAME) return isNew || params.has(NAME) ? nameFailures(params.get(NAME)) : [];
    const [name, type, is] = field;
    const value = params.get(name) ?? null;
    if (name === "active" && !isNew) return [];
    if (value === null) return isNew && REQUIRED.has(name) ? [missing(name)] : [];
    return is(value) ? [] : [wrongField([name], value, type)];
  });
  return own.concat(
    system === "Role" ? roleTypeFailures(params) : [],
    system === "Index" ? [...partitionFailures(params), ...bindingFailures(params)] : [],
  );
}

const VALID_NAME = /^[;@+$\-_.!~%\w]+$/;

export function missing(name: string): ValidationFailure {
  return { field: [name], code: "value required", description: "Required value not found." };
}

function nameFailures(name: V4Value = null): ValidationFailure[] {
  const field = [NAME];
  if (name === null) return [missing(NAME)];
  if (typeof name !== "string") return [wrongField(field, name, "Name")];
  if (name === "_")
    return [{ field, code: "reserved name", description: "Invalid name _. Reserved names: _." }];
  if (VALID_NAME.test(name)) return [];
  const description = `The name ${name} uses invalid characters. Valid characters must match: [;@+$\\-_.!~%\\w]+`;
  return [{ field, code: "invalid characters", description }];
}

/** What an index binds may not depend on anything but the document. */
function bindingFailures(params: V4Object): ValidationFailure[] {
  return entriesOf(params.get("source")).flatMap((source, at) => {
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

/** Into how many parts an index may be taken apart; what is no integer is none at all. */
function partitionFailures(params: V4Object): ValidationFailure[] {
  const given = params.get("partitions") ?? null;
  if (typeof given !== "bigint" || (given >= 1n && given <= MOST_PARTITIONS)) return [];
  const description = `Value ${given} is not in expected range 1 to ${MOST_PARTITIONS}.`;
  return [{ field: ["partitions"], code: "bounds error", description }];
}

/** The body of a function is a function, and no text. */
export function checkBody(params: V4Object, at: Position): void {
  if (typeof params.get("body") === "string")
    throw new V4Error("schema validation failed", "Invalid type provided for field `body`.", at);
}
