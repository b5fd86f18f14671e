import type { DocVersion, Value } from "../../fql/values/value";
import type { SystemCollection } from "../../store";
import { invalidPassword } from "../credentials";
import type { ValidationFailure } from "../errors";
import { compare } from "../compare";
import { fromFields } from "../convert";
import { refuseFields } from "./fields";
import { missing, shapeFailures } from "./schema-shapes";
import {
  isArray,
  isObject,
  type Ref,
  SCHEMA_CLASSES,
  type V4Object,
  type V4Value,
} from "../values";
import { Renderer } from "../render";
import type { CallSite } from "./define";
import { roleTextFailures } from "./role-shapes";
import { asSchemaFields, FIELDS, isNoPartition } from "./schema";

/** What a write changes of a schema document; all else that it is given is dropped. */
const CHANGED: typeof FIELDS = {
  ...FIELDS,
  Index: /^(name|data|unique|serialized|partitions|active|ttl|hidden)$/,
};

/** FQL v4 does not write again what FQL v10 has written of a role in texts. */
function textFailures(
  system: SystemCollection,
  known: DocVersion,
  params: V4Object | undefined,
  { evaluator: { references } }: CallSite,
): ValidationFailure[] {
  if (system !== "Role") return [];
  return roleTextFailures(new Map([...fromFields(known.data, references), ...(params ?? [])]));
}

/** What an update or a replacement of a schema document says; a replacement keeps the name. */
export function changesOfSchema(
  how: "update" | "replace",
  ref: Ref,
  known: DocVersion,
  params: V4Object | undefined,
  site: CallSite,
): { data: Map<string, Value>; apart?: undefined } {
  const { schemaClass = "" } = ref;
  if (schemaClass === "indexes" && how === "replace")
    refuseFields(MUST_BE_SAID.filter((key) => !params?.has(key)).map(missing), site.position);
  if (schemaClass === "credentials")
    refuseFields(invalidPassword(known, params, site), site.position);
  const { system } = SCHEMA_CLASSES[ref.schemaClass ?? "collections"];
  const wrong = shapeFailures(system, params ?? new Map(), false);
  refuseFields(
    [...wrong, ...(wrong.length ? [] : textFailures(system, known, params, site))],
    site.position,
  );
  if (schemaClass === "indexes") refuseShape(params, known, site);
  const kept = [...(params ?? [])].filter(
    ([key, value]) => (CHANGED[system]?.test(key) ?? true) && !isNoPartition(key, value),
  );
  const data = asSchemaFields(known, new Map(kept), site);
  if (how === "replace")
    for (const [key, value] of known.data)
      if (lasts(schemaClass, key) && !data.has(key)) data.set(key, value);
  return { data };
}

/** What a replacement of an index has to say again. */
const MUST_BE_SAID = ["source", "active"];

/** What a replacement leaves as it was. */
const LASTING: Readonly<Record<string, RegExp>> = {
  collections:
    /^(name|history_days|indexes|constraints|fields|computed_fields|migrations|alias|wildcard)$/,
  indexes: /^(name|unique|source|terms|values|active|partitions)$/,
  access_providers: /^(name|issuer|jwks_uri|roles)$/,
};

function lasts(schemaClass: string, field: string): boolean {
  return (LASTING[schemaClass] ?? /^name$/).test(field);
}

/** Values as the server prints what would change. */
function diffText(value: V4Value): string {
  if (isArray(value)) return value.length ? `[ ${value.map(diffText).join(", ")} ]` : "[]";
  if (isObject(value))
    return `{ ${[...value].map(([key, each]) => `"${key}" : ${diffText(each)}`).join(", ")} }`;
  return new Renderer("4").text(value);
}

/** An index stays what it was made as. */
function refuseShape(
  params: V4Object | undefined,
  known: DocVersion,
  { position, evaluator }: CallSite,
): void {
  const before = fromFields(known.data, evaluator.references);
  const was = partitionsOf(before);
  const is = partitionsOf(new Map([...before, ...(params ?? [])]));
  const invalid = (description: string): void =>
    refuseFields([{ field: [], code: "invalid index", description }], position);
  if (was !== is) invalid(`Index partition count may not be updated (${was} -> ${is}).`);
  const wrong = ["source", "terms", "values"].filter(
    (key) => params?.has(key) && compare(before.get(key) ?? null, params.get(key) ?? null) !== 0,
  );
  if (!wrong.length) return;
  const shown = diffText(new Map(wrong.map((key) => [key, params?.get(key) ?? null])));
  invalid(`Index sources, terms, and values may not be updated (Diff(${shown}))`);
}

/** A unique index is kept in one place. */
function partitionsOf(fields: V4Object): bigint {
  const partitions = fields.get("partitions");
  return fields.get("unique") !== true && typeof partitions === "bigint" ? partitions : 1n;
}
