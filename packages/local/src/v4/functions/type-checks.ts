import { any } from "../casts";
import type { References } from "../references";
import { isArray, isObject, isTagged, Lambda, Page, Ref, SetRef, type V4Value } from "../values";
import { define, type V4Function } from "./define";

type Check = (value: V4Value, references: References) => boolean;

/** The reference of a document, or a reference, to something that is there. */
function refOf(value: V4Value, references: References): Ref | undefined {
  const ref = isObject(value) && value.has("ts") ? value.get("ref") : value;
  return ref instanceof Ref && !references.undefinedPart(ref) ? ref : undefined;
}

const isRefTo =
  (schemaClass: string): Check =>
  (value, references) =>
    refOf(value, references)?.schemaClass === schemaClass ||
    (schemaClass === "collections" && value instanceof Ref && value.collection === null);

const CHECKS: Readonly<Record<string, Check>> = {
  is_number: (value) => typeof value === "bigint" || typeof value === "number",
  is_double: (value) => typeof value === "number",
  is_integer: (value) => typeof value === "bigint",
  is_boolean: (value) => typeof value === "boolean",
  is_null: (value) => value === null,
  is_bytes: (value) => isTagged(value, "bytes"),
  is_timestamp: (value) => isTagged(value, "time"),
  is_date: (value) => isTagged(value, "date"),
  is_uuid: (value) => isTagged(value, "uuid"),
  is_string: (value) => typeof value === "string",
  is_array: (value) => isArray(value),
  is_object: (value) => isObject(value) || value instanceof Page,
  is_ref: (value) => value instanceof Ref,
  is_set: (value) => value instanceof SetRef || (value instanceof Ref && value.collection === null),
  is_doc: (value, references) => refOf(value, references) !== undefined,
  is_lambda: (value) => value instanceof Lambda,
  is_collection: isRefTo("collections"),
  is_database: isRefTo("databases"),
  is_index: isRefTo("indexes"),
  is_function: isRefTo("functions"),
  is_key: isRefTo("keys"),
  is_token: isRefTo("tokens"),
  is_credentials: isRefTo("credentials"),
  is_role: isRefTo("roles"),
};

export const typeChecks: readonly V4Function[] = Object.entries(CHECKS).map(([name, check]) =>
  define({ [name]: any }, (args, { evaluator }) => check(args[name] ?? null, evaluator.references)),
);
