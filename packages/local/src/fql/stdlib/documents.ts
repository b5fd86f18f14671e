import type { Context } from "../evaluator/context";
import { changeDocument, createDocument, deleteDocument, type Change } from "../model/documents";
import { definitionOf, userIndexName, type IndexDefinition } from "../model/collections";
import { collectionName, names } from "../model/names";
import { isSystem, mayReadSome } from "../model/permissions";
import { isAbsent, requireRead } from "../model/read";
import { IndexStore } from "../../store/index-store";
import { isNamed, SYSTEM_COLLECTIONS, systemName } from "../../store/system";
import { DocumentSource } from "../sets/documents";
import { Origin, WhereSource } from "../sets/pipeline";
import { setOf, valuesOf } from "../sets/read-set";
import {
  isNull,
  nullBecause,
  type CollectionValue,
  type DocValue,
  type SetValue,
  type Value,
} from "../values/value";
import { method, methods, type Method, type TypeTable } from "./method";
import { toId } from "./types";
import { TOKENS_BY_DOCUMENT, CREDENTIAL_BY_DOCUMENT } from "./credentials";
import { rangeOf, indexable } from "./ranges";

function change(how: Change): Method {
  return method(`${how}(data: Object)`, (cx: Context, self: DocValue, [data]: [Value]) =>
    changeDocument(cx, self, how, data),
  );
}

/** Methods of documents. */
export const DOCUMENT_TABLE: TypeTable = {
  methods: methods(
    change("update"),
    change("replace"),
    change("updateData"),
    change("replaceData"),
    method("delete()", (cx: Context, self: DocValue) => deleteDocument(cx, self)),
    method("exists()", (cx: Context, self: DocValue) => !isAbsent(cx, self)),
  ),
};

/** A document value, which reads when the block it was made in reads. */
function reference(cx: Context, coll: number, id: bigint, name?: string): DocValue {
  const readTs = cx.atTs;
  return {
    kind: "doc",
    coll,
    id,
    ...(name === undefined ? {} : { name }),
    ...(readTs === undefined ? {} : { readTs }),
  };
}

function byId(cx: Context, self: CollectionValue, id: Value): DocValue {
  requireRead(cx, "`byId`");
  return reference(cx, self.id, toId(id));
}

/** A named document; the id of one that does not exist is -1. */
export function documentByName(cx: Context, self: CollectionValue, name: string): DocValue {
  requireRead(cx, "`byName`");
  const system = systemName(self.id)!;
  const found = cx.db.systemDocuments(system).find((version) => version.data.get("name") === name);
  return reference(cx, self.id, found?.id ?? -1n, name);
}

function all(cx: Context, self: CollectionValue, range?: Value, action = "all"): SetValue {
  requireRead(cx, `\`${action}\``);
  return setOf(cx, new DocumentSource(self.id, "all", "", rangeOf(cx, range, []), cx.atTs));
}

function where(cx: Context, self: CollectionValue, predicate: Value, action = "where"): SetValue {
  return setOf(
    cx,
    new WhereSource(all(cx, self, undefined, action).source, predicate, new Origin(cx)),
  );
}

function first(cx: Context, set: SetValue): Value {
  for (const value of valuesOf(cx, set)) return value;
  return nullBecause("empty set", cx.frame!.span);
}

const SHARED = [
  method("all(range?)", (cx: Context, self: CollectionValue, [range]: [Value?]) =>
    all(cx, self, range),
  ),
  method("create(data: Object)", (cx: Context, self: CollectionValue, [data]: [Value]) =>
    createDocument(cx, self.id, data),
  ),
  method("firstWhere(pred: Function1)", (cx: Context, self: CollectionValue, [pred]: [Value]) =>
    first(cx, where(cx, self, pred, "firstWhere")),
  ),
  method("toString()", (cx: Context, self: CollectionValue) => collectionName(cx, self.id)),
  method("where(pred: Function1)", (cx: Context, self: CollectionValue, [pred]: [Value]) =>
    where(cx, self, pred),
  ),
] as const;

const BY_ID = method("byId(id: ID)", (cx: Context, self: CollectionValue, [id]: [Value]) =>
  byId(cx, self, id),
);
const BY_NAME = method(
  "byName(name: String)",
  (cx: Context, self: CollectionValue, [name]: [string]) => documentByName(cx, self, name),
);
const CALL = method("(id: ID)", (cx: Context, self: CollectionValue, [id]: [Value]) =>
  byId(cx, self, id),
);

const TOKENS = methods(...SHARED, BY_ID, TOKENS_BY_DOCUMENT);
const CREDENTIALS = methods(...SHARED, BY_ID, CREDENTIAL_BY_DOCUMENT);

const CREATE_DATA = method(
  "createData(data: Object)",
  (cx: Context, self: CollectionValue, [data]: [Value]) => createDocument(cx, self.id, data, true),
);

const USER = methods(...SHARED, BY_ID, CREATE_DATA);
const NAMED = methods(...SHARED, BY_NAME);

/** `Collection("Todo")` and `Function("f")`. */
const LOOKUPS: ReadonlyMap<number, Method> = new Map([
  [
    SYSTEM_COLLECTIONS.Collection,
    method("(collection: String)", (cx: Context, _self: Value, [name]: [string]): Value => {
      const id = names(cx).collections.get(name);
      if (id === undefined || isSystem(id))
        throw cx.error(
          "invalid_argument",
          `invalid argument \`collection\`: No such user collection \`${name}\`.`,
        );
      return { kind: "collection", id };
    }),
  ],
  [
    SYSTEM_COLLECTIONS.Function,
    method("(function: String)", (cx: Context, _self: Value, [name]: [string]): Value => {
      const id = names(cx).functions.get(name);
      if (id === undefined)
        throw cx.error(
          "invalid_argument",
          `invalid argument \`function\`: No such user function \`${name}\`.`,
        );
      return { kind: "udf", id };
    }),
  ],
]);

/** What calling a collection itself does: looks a document up, or a collection or function by name. */
export function collectionCall(self: CollectionValue): Method | undefined {
  return LOOKUPS.get(self.id) ?? (isNamed(self.id) ? undefined : CALL);
}

function indexMethod(name: string, index: IndexDefinition): Method {
  const terms = index.terms.map((_, i) => `term${i + 1}: Any`);
  return method(
    `${name}(${[...terms, "range?"].join(", ")})`,
    (cx: Context, self: CollectionValue, args: Value[]) => {
      requireRead(cx, `\`${name}\``);
      if (!mayReadSome(cx, self.id)) {
        throw cx.error(
          "permission_denied",
          `Insufficient privileges to read from collection ${collectionName(cx, self.id)}.`,
        );
      }
      const keys = args.slice(0, terms.length).map((term, i) =>
        indexable(cx, term, () => {
          const reason = "Argument cannot be used as lookup term";
          return cx.error("invalid_argument", `invalid argument \`term${i + 1}\`: ${reason}`);
        }),
      );
      const bucket = keys.length && keys.every(isNull) ? "\0none" : IndexStore.bucket(keys);
      const range = rangeOf(cx, args[terms.length], index.values);
      return setOf(cx, new DocumentSource(self.id, userIndexName(name), bucket, range, cx.atTs));
    },
  );
}

function sharedMethods(coll: number): ReadonlyMap<string, Method> {
  if (coll === SYSTEM_COLLECTIONS.Token) return TOKENS;
  if (coll === SYSTEM_COLLECTIONS.Credential) return CREDENTIALS;
  return isNamed(coll) ? NAMED : USER;
}

const INDEX_METHODS = new WeakMap<IndexDefinition, Method>();

/** A method of a collection by name: the ones of all collections, and one for each index. */
export function collectionMethod(
  cx: Context,
  self: CollectionValue,
  name: string,
): Method | undefined {
  const common = sharedMethods(self.id).get(name);
  if (common || isSystem(self.id)) return common;
  const index = definitionOf(cx, self.id).indexes.get(name);
  if (!index) return undefined;
  const known = INDEX_METHODS.get(index) ?? indexMethod(name, index);
  INDEX_METHODS.set(index, known);
  return known;
}

/** `Coll.definition`. */
export function definitionDocument(cx: Context, self: CollectionValue): Value {
  return reference(cx, SYSTEM_COLLECTIONS.Collection, BigInt(self.id), collectionName(cx, self.id));
}
