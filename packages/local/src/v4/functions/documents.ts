import { writing } from "../write-errors";
import { changeDocument, createDocument, deleteDocument } from "../../fql/model/documents";
import { readDocument } from "../../fql/model/read";
import { NULL, type DocValue, type Value } from "../../fql/values/value";
import { systemName } from "../../store";
import {
  identifier,
  object,
  optional,
  ref as refCast,
  stringOrRef,
  readTime,
  unresolved,
} from "../casts";
import { setPassword } from "../credentials";
import {
  exists,
  nounOf,
  notFound,
  permissionDenied,
  readRef,
  stored,
  toV4,
  withoutUnasked,
} from "../documents";
import { invalidArgument, V4Error } from "../errors";
import { itemsOf, pageOf } from "../pages";
import { DocumentView, isObject, Ref, SetRef, type V4Object, type V4Value } from "../values";
import { define, type CallSite, type V4Function } from "./define";
import { toFields, toSchemaFields } from "./fields";
import { atTime } from "./history";
import { checkReferences, refuseScoped } from "./reference-check";
import { keepsDays, makeSchema } from "./schema";
import { changesOfSchema } from "./schema-changes";

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
  const at = site.at("create");
  checkReferences(params ?? null, evaluator, site.position);
  const ref = typeof target === "string" ? Ref.to("collections", target) : target;
  refuseScoped(ref, site, "create");
  const isCollection = ref.schemaClass === "collections" || ref.collection === null;
  const collection = isCollection ? ref : ref.collection;
  const coll = evaluator.references.collectionId(collection);
  if (coll === undefined)
    throw new V4Error("invalid ref", `Ref refers to undefined collection '${ref.id}'`, at);
  const system = ref.collection === null && !HOLDERS.has(ref.id) && systemName(coll);
  if (system) return makeSchema(system, params ?? new Map(), "create", site);
  const fields = ref.collection === null ? toHolderFields(params, site) : undefined;
  const { data, apart } = fields ? { data: fields } : toFields(params, site, at);
  if (!isCollection) apart?.set("id", { kind: "id", value: BigInt(ref.id) });
  return writing(nounOf(fields && new Ref("", ref)), { denied: at, missing: at, at }, () => {
    const given = { kind: "object", fields: data } as const;
    const created = createDocument(evaluator.context, coll, given, true, apart);
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
  const { context } = evaluator;
  refuseScoped(ref, site, how);
  checkReferences(params ?? null, evaluator, position);
  if (ref.collection === null)
    throw invalidArgument("Cannot update a schema meta collection.", site.at(how));
  const document = evaluator.references.toDocument(ref);
  const known = document && context.db.read(document.coll, document.id);
  if (!document || !known) throw notFound(site.at(how), ref);
  const isSchema = ref.schemaClass !== undefined;
  const { data, apart } = isSchema
    ? changesOfSchema(how, ref, known, params, site)
    : toFields(params, site, position);
  const forgets = how === "update" && !isSchema && params?.get("data") === null;
  if (forgets) for (const key of known.data.keys()) data.set(key, NULL);
  if (how === "replace" && apart && !apart.has("ttl")) apart.set("ttl", NULL);
  const positions = { denied: position, missing: site.at(how), at: position };
  return writing("Document", positions, () => {
    const given = { kind: "object", fields: data } as const;
    const changed = changeDocument(context, document, isSchema ? how : `${how}Data`, given, apart);
    const asked = new Set([...known.data.keys(), ...data.keys()]);
    withoutUnasked(changed, asked, keepsDays(params, known), evaluator);
    setPasswordOf(changed, params, site);
    const shown = stored(changed, evaluator);
    return ref.schemaClass === "tokens" ? without(shown, "hashed_secret") : shown;
  });
}

function without(value: V4Object, name: string): V4Object {
  return new DocumentView([...value].filter(([key]) => key !== name));
}

function remove(ref: Ref, site: CallSite): V4Object {
  const { evaluator, position } = site;
  refuseScoped(ref, site, "delete");
  checkId(ref, site, "delete");
  const document = evaluator.references.toDocument(ref);
  if (!document) throw notFound(position, ref);
  if (!evaluator.context.db.read(document.coll, document.id)) throw notFound(position, ref);
  const found = readDocument(evaluator.context, document);
  if (found === "permission denied") throw permissionDenied(position);
  if (typeof found === "string") throw notFound(position, ref);
  const shown = toV4(found, evaluator);
  writing("Document", { denied: position, missing: position, at: position }, () =>
    deleteDocument(evaluator.context, document),
  );
  return shown;
}

/** What a set of events is about; undefined for a set of documents. */
function followedBy({ view }: SetRef): V4Value | undefined {
  return view?.page && view.shown["events"];
}

/** The first document of a set; of what happened that of what it happened to. */
function first(set: SetRef, site: CallSite): V4Value {
  const of = followedBy(set);
  if (of instanceof SetRef) return first(of, site);
  if (of instanceof Ref && exists(of, site.evaluator))
    return readRef(of, site.evaluator, site.position);
  const [item] = itemsOf(set, site.evaluator, site.position);
  if (!item) throw new V4Error("instance not found", "Set not found.", site.position);
  return readRef(item.ref, site.evaluator, site.position);
}

/** Whether there is a document, or one in a set; what happened is there as long as what it happened to. */
function holdsAny(target: Ref | SetRef, site: CallSite): boolean {
  if (target instanceof Ref) return exists(target, site.evaluator);
  const of = followedBy(target);
  if (of instanceof Ref || of instanceof SetRef) return holdsAny(of, site);
  return pageOf(target, { size: 1 }, site.evaluator, site.at("exists")).data.length > 0;
}

export const documents: readonly V4Function[] = [
  define({ create: stringOrRef, params: optional(object) }, (args, site) =>
    create(args.create, args.params, site),
  ),
  define({ get: identifier, ts: optional(readTime) }, ({ get, ts }, site) => {
    const read = (): V4Value => {
      if (get instanceof SetRef) return first(get, site);
      checkId(get, site, "get");
      return readRef(get, site.evaluator, site.position);
    };
    return ts ? atTime(ts.nanos, get, site, read) : read();
  }),
  define({ exists: unresolved, ts: optional(readTime) }, (args, site) => {
    const { exists: target, ts } = args;
    const look = (): boolean => holdsAny(target, site);
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
