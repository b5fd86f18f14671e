import { changeDocument, createDocument, deleteDocument } from "../../fql/model/documents";
import { readDocument } from "../../fql/model/read";
import type { DocValue, Value } from "../../fql/values/value";
import {
  any,
  identifier,
  object,
  optional,
  ref as refCast,
  stringOrRef,
  timestamp,
  unresolved,
} from "../casts";
import { toStore } from "../convert";
import {
  exists,
  notFound,
  permissionDenied,
  readRef,
  toV4,
  withoutUnasked,
  writing,
} from "../documents";
import { invalidArgument, invalidExpression, TooOldError, V4Error } from "../errors";
import { itemsOf, pageOf } from "../pages";
import { isObject, Ref, SetRef, typeName, type V4Object, type V4Value } from "../values";
import { define, type CallSite, type V4Function } from "./define";

/** How far back any collection may be read. */
const MINIMUM_HISTORY_NANOS = 15n * 60n * 1_000_000_000n;

/** Documents of the user's have numbers for ids. */
function checkId(ref: Ref, site: CallSite, parameter: string): void {
  if (ref.schemaClass !== undefined || ref.collection === null || /^\d+$/.test(ref.id)) return;
  const description = `Number or numeric String expected, non-numeric '${ref.id}' provided.`;
  throw invalidArgument(description, [...site.at(parameter), "id"]);
}

/** What the store calls the type of a value. */
function storedName(value: V4Value): string {
  return typeof value === "bigint" ? "Long" : typeName(value);
}

/** What a write stores: the fields under `data`, and `ttl`; everything else is dropped as the server does. */
function toFields(
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
function toSchemaFields(params: V4Object | undefined, site: CallSite): Map<string, Value> {
  const { references } = site.evaluator;
  const fields = [...(params ?? [])].map(([key, value]): [string, Value] => [
    key,
    toStore(value, references, [...site.at("params"), key]),
  ]);
  return new Map(fields);
}

function create(target: string | Ref, params: V4Object | undefined, site: CallSite): V4Object {
  const { evaluator } = site;
  const ref = typeof target === "string" ? Ref.to("collections", target) : target;
  const isCollection = ref.schemaClass === "collections" || ref.collection === null;
  if (!isCollection) checkId(ref, site, "create");
  const collection = isCollection ? ref : ref.collection;
  const coll = evaluator.references.collectionId(collection);
  if (coll === undefined)
    throw new V4Error(
      "invalid ref",
      `Ref refers to undefined collection '${ref.id}'`,
      site.at("create"),
    );
  const fields = toFields(params, site, site.at("create"));
  if (!isCollection) fields.set("id", { kind: "id", value: BigInt(ref.id) });
  const at = site.at("create");
  return writing("Document", { denied: at, missing: at, at }, () => {
    const created = createDocument(evaluator.context, coll, { kind: "object", fields });
    const made = stored(created, site);
    evaluator.made.add(made);
    return made;
  });
}

/** The document that was just written, also if its writer may not read it. */
function stored(document: DocValue, { evaluator }: CallSite): V4Object {
  const { context } = evaluator;
  const version = context.db.read(document.coll, document.id, context.tx.ts);
  if (!version) throw notFound([]);
  return toV4(version, evaluator);
}

function change(
  how: "update" | "replace",
  ref: Ref,
  params: V4Object | undefined,
  site: CallSite,
): V4Object {
  const { evaluator, position } = site;
  checkId(ref, site, how);
  const document = evaluator.references.toDocument(ref);
  if (!document) throw notFound(site.at(how));
  const fields = ref.schemaClass
    ? toSchemaFields(params, site)
    : toFields(params, site, site.at(how));
  const known = evaluator.context.db.read(document.coll, document.id);
  if (!known) throw notFound(site.at(how));
  return writing("Document", { denied: position, missing: site.at(how), at: site.at(how) }, () => {
    const changed = changeDocument(evaluator.context, document, how, { kind: "object", fields });
    withoutUnasked(changed, new Set([...known.data.keys(), ...fields.keys()]), evaluator);
    return stored(changed, site);
  });
}

function remove(ref: Ref, site: CallSite): V4Object {
  const { evaluator, position } = site;
  checkId(ref, site, "delete");
  const document = evaluator.references.toDocument(ref);
  if (!document) throw notFound(position);
  if (!evaluator.context.db.read(document.coll, document.id)) throw notFound(position);
  const found = readDocument(evaluator.context, document);
  if (found === "permission denied") throw permissionDenied(position);
  if (typeof found === "string") throw notFound(position);
  const shown = toV4(found, evaluator);
  writing("Document", { denied: position, missing: position, at: position }, () =>
    deleteDocument(evaluator.context, document),
  );
  return shown;
}

/** The past is not written here; who has no right to is told that first. */
function refuseHistory(name: string, { evaluator, position }: CallSite): never {
  const { builtin } = evaluator.context.authority;
  if (builtin !== "admin" && builtin !== "server") throw permissionDenied(position);
  throw invalidExpression(`The local Fauna does not implement \`${name}\`.`, position);
}

function first(set: SetRef, site: CallSite): V4Value {
  const [item] = itemsOf(set, site.evaluator, site.position);
  if (!item) throw new V4Error("instance not found", "Set not found.", site.position);
  return readRef(item.ref, site.evaluator, site.position);
}

export const documents: readonly V4Function[] = [
  define({ create: stringOrRef, params: optional(object) }, (args, site) =>
    create(args.create, args.params, site),
  ),
  define({ get: identifier, ts: optional(timestamp) }, ({ get, ts }, site) => {
    const read = (): V4Value => {
      if (get instanceof SetRef) return first(get, site);
      checkId(get, site, "get");
      return readRef(get, site.evaluator, site.position);
    };
    return ts ? atTime(ts.nanos, site, read) : read();
  }),
  define({ exists: unresolved, ts: optional(timestamp) }, (args, site) => {
    const { exists: target, ts } = args;
    const look = (): boolean =>
      target instanceof Ref
        ? exists(target, site.evaluator)
        : pageOf(target, { size: 1 }, site.evaluator, site.position).data.length > 0;
    return ts ? atTime(ts.nanos, site, look) : look();
  }),
  define({ update: refCast, params: optional(object) }, ({ update, params }, site) =>
    change("update", update, params, site),
  ),
  define({ replace: refCast, params: optional(object) }, ({ replace, params }, site) =>
    change("replace", replace, params, site),
  ),
  define({ delete: refCast }, (args, site) => remove(args.delete, site)),
  define({ insert: refCast, ts: timestamp, action: any, params: optional(object) }, (_, site) =>
    refuseHistory("insert", site),
  ),
  define({ remove: refCast, ts: timestamp, action: any }, (_, site) =>
    refuseHistory("remove", site),
  ),
];

/** Reads as of a time, if the history goes back that far. */
export function atTime<T>(nanos: bigint, { evaluator }: CallSite, read: () => T): T {
  const oldest = BigInt(evaluator.context.tx.ts) * 1000n - MINIMUM_HISTORY_NANOS;
  if (nanos < oldest) throw new TooOldError(nanos, oldest);
  return evaluator.context.withReadTime({ ts: Number(nanos / 1000n), by: "at" }, read);
}
