import type { Value } from "../../fql/values/value";
import { toStore } from "../convert";
import { V4Error } from "../errors";
import { isObject, typeName, type V4Object, type V4Value } from "../values";
import type { CallSite } from "./define";

/** What the store calls the type of a value. */
function storedName(value: V4Value): string {
  return typeof value === "bigint" ? "Long" : typeName(value);
}

/** What a write stores: the fields under `data`, and `ttl`; everything else is dropped as the server does. */
export function toFields(
  params: V4Object | undefined,
  site: CallSite,
  at: CallSite["position"],
): Map<string, Value> {
  const { references } = site.evaluator;
  const data = params?.get("data") ?? null;
  const ttl = params?.get("ttl");
  if (data !== null && !isObject(data))
    throw new V4Error("validation failed", "document data is not valid.", at, [
      {
        field: ["data"],
        code: "invalid type",
        description: `Invalid type ${storedName(data)}, expected type Map.`,
      },
    ]);
  const fields = new Map<string, Value>();
  for (const [key, value] of data ?? [])
    fields.set(key, toStore(value, references, [...site.at("params"), "data", key]));
  if (ttl !== undefined) fields.set("ttl", toStore(ttl, references, site.at("params")));
  return fields;
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
