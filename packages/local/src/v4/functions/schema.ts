import { createDocument } from "../../fql/model/documents";
import { SYSTEM_COLLECTIONS, type SystemCollection } from "../../store";
import type { Value } from "../../fql/values/value";
import { object } from "../casts";
import { toStore } from "../convert";
import { notFound, toV4, withoutUnasked, writing } from "../documents";
import { V4Error } from "../errors";
import { isArray, isObject, Ref, typeName, type V4Object, type V4Value } from "../values";
import { define, type CallSite, type V4Function } from "./define";

const VALID_NAME = /^[;@+$\-_.!~%\w]+$/;

/** The functions that make schema documents, and how the server calls what they make. */
const MAKERS: Readonly<
  Record<string, { readonly system: SystemCollection; readonly what: string }>
> = {
  create_collection: { system: "Collection", what: "Collection" },
  create_class: { system: "Collection", what: "Collection" },
  create_database: { system: "Database", what: "Database" },
  create_key: { system: "Key", what: "Key" },
  create_function: { system: "Function", what: "Function" },
  create_role: { system: "Role", what: "Role" },
  create_index: { system: "Index", what: "Index" },
  create_access_provider: { system: "AccessProvider", what: "Access provider" },
};

function checkName(params: V4Object, site: CallSite, parameter: string): void {
  const name = params.get("name");
  if (typeof name === "string" && VALID_NAME.test(name)) return;
  const failure =
    typeof name === "string"
      ? {
          code: "invalid characters",
          description: `The name ${name} uses invalid characters. Valid characters must match: [;@+$\\-_.!~%\\w]+`,
        }
      : name === undefined
        ? { code: "value required", description: "Required value not found." }
        : {
            code: "invalid type",
            description: `Invalid type ${typeof name === "bigint" ? "Long" : typeName(name)}, expected type Name.`,
          };
  throw new V4Error("validation failed", "document data is not valid.", site.at(parameter), [
    { field: ["name"], ...failure },
  ]);
}

/** Where schema documents refer to others, which have to be there. */
const REFERENCES: ReadonlyMap<SystemCollection, string> = new Map([
  ["Index", "source"],
  ["Key", "database"],
] as const);

function checkReference(params: V4Object, field: string, { evaluator, position }: CallSite): void {
  const target = params.get(field);
  if (!(target instanceof Ref) || !evaluator.references.undefinedPart(target)) return;
  throw new V4Error("validation failed", "document data is not valid.", position, [
    { field: [field], code: "invalid reference", description: "Cannot read reference." },
  ]);
}

/** What else a key is given is not kept. */
const KEY_FIELDS = new Set(["role", "database", "data", "ttl"]);

const ACTIONS =
  /^(read|write|create|create_with_id|delete|history_read|history_write|unrestricted_read|call)$/;

/** What a schema document keeps of a field: roles by their names, and of what a role may do what there is. */
function asStored(system: SystemCollection, key: string, value: V4Value): V4Value {
  if (key === "role" || key === "roles") return namesOf(value);
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
    const actions = [...each].filter(([action]) => ACTIONS.test(action));
    return actions.length ? [[key, new Map(actions)]] : [];
  });
  return new Map(kept);
}

function make(name: string, params: V4Object, site: CallSite): V4Object {
  const { system, what } = MAKERS[name] ?? { system: "Collection", what: "Collection" };
  const { context, references } = site.evaluator;
  if (system !== "Key") checkName(params, site, name);
  const field = REFERENCES.get(system);
  if (field !== undefined) checkReference(params, field, site);
  const fields = new Map<string, Value>();
  for (const [key, value] of params)
    if (system !== "Key" || KEY_FIELDS.has(key))
      fields.set(key, toStore(asStored(system, key, value), references, [...site.at(name), key]));
  const at = site.at(name);
  return writing(what, { denied: at, missing: at, at }, () => {
    const created = createDocument(context, SYSTEM_COLLECTIONS[system], { kind: "object", fields });
    withoutUnasked(created, new Set(params.keys()), site.evaluator);
    const made = context.db.read(created.coll, created.id, context.tx.ts);
    if (!made) throw notFound(at);
    const answer = toV4(made, site.evaluator);
    site.evaluator.made.add(answer);
    return answer;
  });
}

export const schema: readonly V4Function[] = Object.keys(MAKERS).map((name) =>
  define({ [name]: object }, (args, site) => make(name, args[name] ?? new Map(), site)),
);
