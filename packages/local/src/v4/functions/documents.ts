import { changeDocument, createDocument, deleteDocument } from "../../fql/model/documents";
import { readDocument } from "../../fql/model/read";
import { NULL, type DocValue, type Value } from "../../fql/values/value";
import {
  identifier,
  object,
  optional,
  ref as refCast,
  stringOrRef,
  timestamp,
  unresolved,
} from "../casts";
import { setPassword } from "../credentials";
import {
  exists,
  notFound,
  permissionDenied,
  readRef,
  stored,
  toV4,
  withoutUnasked,
  writing,
} from "../documents";
import { invalidArgument, V4Error } from "../errors";
import { itemsOf, pageOf } from "../pages";
import { isObject, Ref, SetRef, type V4Object, type V4Value } from "../values";
import { define, type CallSite, type V4Function } from "./define";
import { toFields, toSchemaFields } from "./fields";
import { atTime } from "./history";

/** Documents of the user's have numbers for ids. */
function checkId(ref: Ref, site: CallSite, parameter: string): void {
  if (ref.schemaClass !== undefined || ref.collection === null || /^\d+$/.test(ref.id)) return;
  const description = `Number or numeric String expected, non-numeric '${ref.id}' provided.`;
  throw invalidArgument(description, [...site.at(parameter), "id"]);
}

/** A document's password is given along with it, and kept apart. */
function setPasswordOf(document: DocValue, params: V4Object | undefined, site: CallSite): void {
  const given = params?.get("credentials");
  const password = given !== undefined && isObject(given) ? given.get("password") : undefined;
  if (typeof password === "string") setPassword(document, password, site.evaluator);
}

/** Tokens and credentials are made for a document, which v4 calls an instance. */
function toHolderFields(params: V4Object | undefined, site: CallSite): Map<string, Value> {
  const fields = toSchemaFields(params, site);
  const instance = fields.get("instance");
  fields.delete("instance");
  return instance === undefined ? fields : new Map([["document", instance], ...fields]);
}

const HOLDERS = new Set(["tokens", "credentials"]);

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
  const isHolder = ref.collection === null && HOLDERS.has(ref.id);
  const fields = isHolder
    ? toHolderFields(params, site)
    : toFields(params, site, site.at("create"));
  if (!isCollection) fields.set("id", { kind: "id", value: BigInt(ref.id) });
  const at = site.at("create");
  return writing("Document", { denied: at, missing: at, at }, () => {
    const created = createDocument(evaluator.context, coll, { kind: "object", fields });
    setPasswordOf(created, params, site);
    const made = stored(created, evaluator);
    evaluator.made.add(made);
    return made;
  });
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
  const forgets = how === "update" && !ref.schemaClass && params?.get("data") === null;
  if (forgets) for (const key of known.data.keys()) fields.set(key, NULL);
  return writing("Document", { denied: position, missing: site.at(how), at: site.at(how) }, () => {
    const changed = changeDocument(evaluator.context, document, how, { kind: "object", fields });
    withoutUnasked(changed, new Set([...known.data.keys(), ...fields.keys()]), evaluator);
    setPasswordOf(changed, params, site);
    return stored(changed, evaluator);
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
    return ts ? atTime(ts.nanos, get, site, read) : read();
  }),
  define({ exists: unresolved, ts: optional(timestamp) }, (args, site) => {
    const { exists: target, ts } = args;
    const look = (): boolean =>
      target instanceof Ref
        ? exists(target, site.evaluator)
        : pageOf(target, { size: 1 }, site.evaluator, site.position).data.length > 0;
    return ts ? atTime(ts.nanos, target, site, look) : look();
  }),
  define({ update: refCast, params: optional(object) }, ({ update, params }, site) =>
    change("update", update, params, site),
  ),
  define({ replace: refCast, params: optional(object) }, ({ replace, params }, site) =>
    change("replace", replace, params, site),
  ),
  define({ delete: refCast }, (args, site) => remove(args.delete, site)),
];
