import { typeName } from "../type-names";
import { NULL, type Value } from "../../fql/values/value";
import { storedEntries, toStore } from "../convert";
import { V4Error, type ValidationFailure } from "../errors";
import {
  DocumentView,
  isArray,
  isObject,
  isTagged,
  Ref,
  type V4Object,
  type V4Value,
} from "../values";
import type { CallSite } from "./define";

/** What the store calls the type of a value. */
export function storedName(value: V4Value): string {
  if (isObject(value)) return "Map";
  if (value instanceof Ref) return "Ref";
  return typeof value === "bigint" ? "Long" : typeName(value);
}

export function wrongField(
  field: readonly string[],
  value: V4Value,
  expected: string,
): ValidationFailure {
  const description = `Invalid type ${storedName(value)}, expected type ${expected}.`;
  return { field, code: "invalid type", description };
}

export function refuseFields(
  failures: readonly ValidationFailure[],
  at: CallSite["position"],
): void {
  if (failures.length)
    throw new V4Error("validation failed", "document data is not valid.", at, failures);
}

/** What is wrong with the password that is given along with a document. */
export function credentialFailures(given: V4Value | undefined): ValidationFailure[] {
  if (given === undefined || given === null) return [];
  if (!isObject(given))
    return ["password", "current_password"].map((name) =>
      wrongField(["credentials", name], given, "Map"),
    );
  const password = given.get("password") ?? null;
  if (password === null || typeof password === "string") return [];
  return [wrongField(["credentials", "password"], password, "String")];
}

/** Nulls in arrays are dropped, as the server drops them where it stores. */
export function withoutNulls(value: V4Value): V4Value {
  if (isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (!isObject(value)) return value;
  const fields = [...value].map(([key, item]): [string, V4Value] => [key, withoutNulls(item)]);
  return value instanceof DocumentView ? new DocumentView(fields) : new Map(fields);
}

/** What a write stores: the fields under `data`, and apart from them `ttl`; everything else is dropped as the server does. */
export interface WrittenFields {
  readonly data: Map<string, Value>;
  readonly apart: Map<string, Value>;
}

export function toFields(
  params: V4Object | undefined,
  site: CallSite,
  at: CallSite["position"],
): WrittenFields {
  const { references } = site.evaluator;
  const data = params?.get("data") ?? null;
  const ttl = params?.get("ttl") ?? null;
  refuseFields(
    [
      ...(data === null || isObject(data) ? [] : [wrongField(["data"], data, "Map")]),
      ...credentialFailures(params?.get("credentials")),
      ...(ttl === null || isTagged(ttl, "time") ? [] : [wrongField(["ttl"], ttl, "Timestamp")]),
    ],
    at,
  );
  const fields = new Map<string, Value>();
  for (const [key, value] of isObject(data) ? storedEntries(data) : [])
    fields.set(key, toStore(withoutNulls(value), references, [...site.at("params"), "data", key]));
  const apart = new Map<string, Value>();
  if (params?.has("ttl"))
    apart.set("ttl", ttl === null ? NULL : toStore(ttl, references, site.at("params")));
  return { data: fields, apart };
}

/** Fields of a schema document stand beside `data`. */
export function toSchemaFields(params: V4Object | undefined, site: CallSite): Map<string, Value> {
  const { references } = site.evaluator;
  const fields = [...(params ?? [])].map(([key, value]): [string, Value] => [
    key,
    toStore(value, references, [...site.at("params"), key]),
  ]);
  return new Map(fields);
}
