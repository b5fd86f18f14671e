import { ACTIONS, writing } from "../write-errors";
import { createDocument } from "../../fql/model/documents";
import { SYSTEM_COLLECTIONS, systemName, type SystemCollection } from "../../store";
import type { DocVersion, Value } from "../../fql/values/value";
import { object } from "../casts";
import { toStore } from "../convert";
import { notFound, nounOf, toV4, withoutUnasked } from "../documents";
import type { ValidationFailure } from "../errors";
import { DocumentView, isArray, isObject, Ref, type V4Object, type V4Value } from "../values";
import { classOf } from "../references";
import { define, since, type CallSite, type V4Function } from "./define";
import { refuseFields, withoutNulls, wrongField } from "./fields";
import { checkBody, shapeFailures } from "./schema-shapes";
import { checkReferences } from "./reference-check";
import { roleTextFailures } from "./role-shapes";

/** The functions that make schema documents. */
const MAKERS: Readonly<Record<string, SystemCollection>> = {
  create_collection: "Collection",
  create_class: "Collection",
  create_database: "Database",
  create_key: "Key",
  create_function: "Function",
  create_role: "Role",
  create_index: "Index",
  create_access_provider: "AccessProvider",
};

/** The fields that a collection keeps of those that it is given. */
const COLLECTION_FIELDS = /^(name|data|history_days|ttl_days|protected|document_ttls)$/;

/** What else these are given is not kept. */
export const FIELDS: Readonly<Partial<Record<SystemCollection, RegExp>>> = {
  Function: /^(name|body|role|data|signature)$/,
  Role: /^(name|privileges|membership|data)$/,
  AccessProvider: /^(name|issuer|jwks_uri|roles|data)$/,
  Key: /^(role|database|data|priority|ttl)$/,
  Collection: COLLECTION_FIELDS,
  Index: /^(name|data|source|terms|values|unique|serialized|partitions|active|hidden|ttl)$/,
  Database: /^(name|data|priority|typechecked|protected|ttl)$/,
};

/** The fields of a schema document as the store keeps them. */
export function asSchemaFields(
  { coll }: DocVersion,
  params: V4Object,
  site: CallSite,
): Map<string, Value> {
  const { references } = site.evaluator;
  const system = systemName(coll) ?? "Collection";
  const fields = [...params].map(([key, value]): [string, Value] => [
    key,
    toStore(asStored(system, key, value), references, [...site.at("params"), key]),
  ]);
  return new Map(fields);
}

/** What a schema document keeps of a field: roles of keys by their names, and of what a role may do what there is. */
function asStored(system: SystemCollection, key: string, value: V4Value): V4Value {
  if ((key === "role" && system !== "Function") || key === "roles") return namesOf(value);
  if (system === "Key" && key === "database" && value instanceof Ref) return value.id;
  return system === "Role" && key === "privileges" ? knownActions(value) : value;
}

function namesOf(value: V4Value): V4Value {
  if (value instanceof Ref) return value.schemaClass === "roles" ? value.id : value;
  if (isArray(value)) return value.map(namesOf);
  if (!isObject(value)) return value;
  return new Map([...value].map(([key, each]) => [key, namesOf(each)]));
}

function knownActions(value: V4Value): V4Value {
  if (isArray(value)) return value.map(knownActions);
  if (!isObject(value)) return value;
  const kept = [...value].flatMap(([key, each]): [string, V4Value][] => {
    if (key !== "actions" || !isObject(each)) return [[key, each]];
    const actions = [...each].filter(([action, rule]) => rule !== null && ACTIONS.includes(action));
    return actions.length ? [[key, new Map(actions)]] : [];
  });
  return new Map(kept);
}

/** Terms and values of an index that say their direction otherwise than by a boolean. */
function directionFailures(params: V4Object): ValidationFailure[] {
  return ["terms", "values"].flatMap((list) =>
    [params.get(list) ?? []].flat().flatMap((entry) => {
      const reverse = isObject(entry) ? (entry.get("reverse") ?? null) : null;
      if (reverse === null || typeof reverse === "boolean") return [];
      return [wrongField(["reverse"], reverse, "Boolean")];
    }),
  );
}

/** Whether a write leaves a collection with days of history. */
export function keepsDays(params: V4Object | undefined, known?: DocVersion): boolean {
  const days = params?.get("history_days");
  return days === null ? false : days !== undefined || !known || known.data.has("history_days");
}

/** Partitions that are no number are not given at all. */
export function isNoPartition(key: string, value: V4Value): boolean {
  return key === "partitions" && typeof value !== "bigint";
}

/** Makes a schema document; `name` is the argument that says which kind. */
export function makeSchema(
  system: SystemCollection,
  params: V4Object,
  name: string,
  site: CallSite,
): V4Object {
  const { context, references } = site.evaluator;
  const what = nounOf(Ref.to(classOf(system), ""));
  checkReferences(params, site.evaluator, site.position);
  const wrong = [...shapeFailures(system, params, true), ...directionFailures(params)];
  const texts = system === "Role" && wrong.length === 0 ? roleTextFailures(params) : [];
  refuseFields([...wrong, ...texts], site.at(name));
  if (system === "Function") checkBody(params, site.at(name));
  const fields = new Map<string, Value>();
  for (const [key, value] of params)
    if ((FIELDS[system]?.test(key) ?? true) && !isNoPartition(key, value))
      fields.set(
        key,
        toStore(withoutNulls(asStored(system, key, value)), references, [...site.at(name), key]),
      );
  const at = site.at(name);
  return writing(what, { denied: at, missing: at, at, creates: true }, () => {
    const created = createDocument(context, SYSTEM_COLLECTIONS[system], { kind: "object", fields });
    withoutUnasked(created, new Set(params.keys()), keepsDays(params), site.evaluator);
    const made = context.db.read(created.coll, created.id, context.tx.ts);
    if (!made) throw notFound(at);
    const shown = toV4(made, site.evaluator);
    const sources = params.get("source") ?? null;
    // An index over several collections is built while it is answered already.
    const isOfOne = sources !== "_" && (!isArray(sources) || sources.length === 1);
    const isBuilt = system !== "Index" || isOfOne;
    const answer = isBuilt ? shown : new DocumentView([...shown, ["active", false]]);
    site.evaluator.made.add(answer);
    return answer;
  });
}

export const schema: readonly V4Function[] = Object.entries(MAKERS).flatMap(([name, system]) =>
  since(
    system === "AccessProvider" ? "4" : "2.0",
    define({ [name]: object }, (args, site) =>
      makeSchema(system, args[name] ?? new Map(), name, site),
    ),
  ),
);
