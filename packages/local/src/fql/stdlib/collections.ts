import {
  BY_ID,
  BY_NAME,
  COLLECTION,
  COLLECTION_MEMBERS,
  FUNCTION_MEMBERS,
  USER_COLLECTION,
} from "../../types/library";
import { readSignatures } from "../../types/signatures";
import { IndexStore } from "../../store/index-store";
import { isNamed, SYSTEM_COLLECTIONS, systemName } from "../../store/system";
import type { Context } from "../evaluator/context";
import { definitionOf, userIndexName, type IndexDefinition } from "../model/collections";
import { createDocument } from "../model/documents";
import { collectionName, names } from "../model/names";
import { isSystem, mayReadSome } from "../model/permissions";
import { requireRead } from "../model/read";
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
import { CREDENTIALS, TOKENS } from "./credentials";
import { reference } from "./documents";
import { implement } from "./implement";
import { merged, method, missing, type Method, type TypeTable } from "./method";
import { indexable, rangeOf } from "./ranges";
import { toId } from "../values/ids";

/** `Coll(id)` is a reference only; `byId` counts as a read. */
function refer(cx: Context, self: CollectionValue, id: Value): DocValue {
  return reference(cx, self.id, toId(id));
}
function byId(cx: Context, self: CollectionValue, id: Value): DocValue {
  requireRead(cx, "`byId`");
  return refer(cx, self, id);
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

const SHARED = implement<typeof COLLECTION, CollectionValue>(COLLECTION, {
  all: (cx, self, range) => all(cx, self, range),
  create: (cx, self, data) => createDocument(cx, self.id, data),
  firstWhere: (cx, self, pred) => first(cx, where(cx, self, pred, "firstWhere")),
  toString: (cx, self) => collectionName(cx, self.id),
  where: (cx, self, pred) => where(cx, self, pred),
});
const WITH_IDS = merged(
  SHARED,
  implement<typeof BY_ID, CollectionValue>(BY_ID, { byId, "": refer }),
);
const WITH_NAMES = merged(
  SHARED,
  implement<typeof BY_NAME, CollectionValue>(BY_NAME, { byName: documentByName }),
);
const USER = merged(
  WITH_IDS,
  implement<typeof USER_COLLECTION, CollectionValue>(USER_COLLECTION, {
    createData: (cx, self, data) => createDocument(cx, self.id, data, true),
    definition: (cx, { id }) =>
      reference(cx, SYSTEM_COLLECTIONS.Collection, BigInt(id), collectionName(cx, id)),
  }),
);

const COLLECTIONS = implement<typeof COLLECTION_MEMBERS, CollectionValue>(COLLECTION_MEMBERS, {
  Deleted: missing("Collection.Deleted"),
  "": (cx, _self, name) => {
    const id = names(cx).collections.get(name);
    if (id !== undefined && !isSystem(id)) return { kind: "collection", id };
    throw unknown(cx, "collection", name);
  },
});
const FUNCTIONS = implement<typeof FUNCTION_MEMBERS, CollectionValue>(FUNCTION_MEMBERS, {
  "": (cx, _self, name) => {
    const id = names(cx).functions.get(name);
    if (id !== undefined) return { kind: "udf", id };
    throw unknown(cx, "function", name);
  },
});

function unknown(cx: Context, what: "collection" | "function", name: string): Error {
  const reason = `No such user ${what} \`${name}\`.`;
  return cx.error("invalid_argument", `invalid argument \`${what}\`: ${reason}`);
}

/** What collections of the system have of their own. */
const OWN = new Map<number, TypeTable>([
  [SYSTEM_COLLECTIONS.Collection, merged(WITH_NAMES, COLLECTIONS)],
  [SYSTEM_COLLECTIONS.Function, merged(WITH_NAMES, FUNCTIONS)],
  [SYSTEM_COLLECTIONS.Credential, merged(WITH_IDS, CREDENTIALS)],
  [SYSTEM_COLLECTIONS.Token, merged(WITH_IDS, TOKENS)],
]);

/** What a collection has besides its indexes; called itself it looks a document, a collection or a function up. */
export function collectionTable({ id }: CollectionValue): TypeTable {
  return OWN.get(id) ?? (isNamed(id) ? WITH_NAMES : isSystem(id) ? WITH_IDS : USER);
}

/** An index as a method: it takes its terms and a range. */
function indexMethod(name: string, index: IndexDefinition): Method {
  const terms = index.terms.map((_, i) => `term${i + 1}: Any`);
  const text = `(${[...terms, "range?: Range"].join(", ")}) => Set<Document>`;
  return method({ ...readSignatures(text).get("")!, name }, (cx, self, ...args) =>
    ofIndex(cx, self as CollectionValue, name, index, args),
  );
}

function ofIndex(
  cx: Context,
  self: CollectionValue,
  name: string,
  index: IndexDefinition,
  args: readonly Value[],
): SetValue {
  requireRead(cx, `\`${name}\``);
  if (!mayReadSome(cx, self.id)) {
    throw cx.error(
      "permission_denied",
      `Insufficient privileges to read from collection ${collectionName(cx, self.id)}.`,
    );
  }
  const count = index.terms.length;
  const keys = args.slice(0, count).map((term, i) =>
    indexable(cx, term, () => {
      const reason = "Argument cannot be used as lookup term";
      return cx.error("invalid_argument", `invalid argument \`term${i + 1}\`: ${reason}`);
    }),
  );
  const bucket = keys.length && keys.every(isNull) ? "\0none" : IndexStore.bucket(keys);
  const range = rangeOf(cx, args[count], index.values);
  return setOf(cx, new DocumentSource(self.id, userIndexName(name), bucket, range, cx.atTs));
}

const INDEX_METHODS = new WeakMap<IndexDefinition, Method>();

/** A method of a collection by name: the ones of all collections, and one for each index. */
export function collectionMethod(
  cx: Context,
  self: CollectionValue,
  name: string,
): Method | undefined {
  const common = collectionTable(self).methods.get(name);
  if (common || isSystem(self.id)) return common;
  const index = definitionOf(cx, self.id).indexes.get(name);
  if (!index) return undefined;
  const known = INDEX_METHODS.get(index) ?? indexMethod(name, index);
  INDEX_METHODS.set(index, known);
  return known;
}
