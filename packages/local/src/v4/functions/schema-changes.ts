import { NULL, type DocVersion, type Value } from "../../fql/values/value";
import { invalidPassword } from "../credentials";
import { refuseFields } from "./fields";
import { isArray, isObject, type Ref, type V4Object, type V4Value } from "../values";
import { Renderer } from "../render";
import type { CallSite } from "./define";
import { asSchemaFields, COLLECTION_FIELDS } from "./schema";

/** What the fields of a schema document may be; others are dropped. */
const FIELDS: Readonly<Record<string, RegExp>> = {
  collections: COLLECTION_FIELDS,
  indexes: /^(name|data|unique|serialized|partitions|ttl|hidden)$/,
};

/** What an update or a replacement of a schema document says; a replacement keeps the name. */
export function changesOfSchema(
  how: "update" | "replace",
  ref: Ref,
  known: DocVersion,
  params: V4Object | undefined,
  site: CallSite,
): { data: Map<string, Value>; apart?: undefined } {
  const { schemaClass = "" } = ref;
  if (schemaClass === "indexes") refuseShape(params, site);
  if (schemaClass === "credentials")
    refuseFields(invalidPassword(known, params, site), site.position);
  const kept = [...(params ?? [])].filter(([key]) => FIELDS[schemaClass]?.test(key) ?? true);
  const data = asSchemaFields(known, new Map(kept), site);
  const name = known.data.get("name");
  if (how === "replace" && name !== undefined && !data.has("name")) data.set("name", name);
  if (how === "replace" && schemaClass === "collections")
    for (const key of known.data.keys())
      if (ONLY_V10.test(key)) data.set(key, known.data.get(key) ?? NULL);
  return { data };
}

const ONLY_V10 = /^(indexes|constraints|fields|computed_fields|migrations|alias|wildcard)$/;

/** Values as the server prints what would change. */
function diffText(value: V4Value): string {
  if (isArray(value)) return value.length ? `[ ${value.map(diffText).join(", ")} ]` : "[]";
  if (isObject(value))
    return `{ ${[...value].map(([key, each]) => `"${key}" : ${diffText(each)}`).join(", ")} }`;
  return new Renderer("4").text(value);
}

/** An index stays what it was made as. */
function refuseShape(params: V4Object | undefined, { position }: CallSite): void {
  const wrong = ["source", "terms", "values"].filter((key) => params?.has(key));
  if (!wrong.length) return;
  const shown = diffText(new Map(wrong.map((key) => [key, params?.get(key) ?? null])));
  refuseFields(
    [
      {
        field: [],
        code: "invalid index",
        description: `Index sources, terms, and values may not be updated (Diff(${shown}))`,
      },
    ],
    position,
  );
}
