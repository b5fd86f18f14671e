import { readSignature } from "../../types/signatures";
import { IndexStore } from "../../store/index-store";
import { SYSTEM_COLLECTIONS, systemName, type SystemCollection } from "../../store/system";
import type { Context } from "../model/context";
import { definitionOf, userIndexName, type UserIndexDefinition } from "../model/collections";
import { createDocument } from "../model/documents";
import { collectionCalled, collectionName, names, shownName } from "../model/names";
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
  return { ...reference(cx, self.id, found?.id ?? -1n, name), lookedUp: true };
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

const ALL = implement("Collection", {
  "all(range?: Range) => Set<Document>": (cx, self, range) => all(cx, self, range),
  "create(data: Data) => Document": (cx, self, data) => createDocument(cx, self.id, data),
  "firstWhere(pred: Document => Boolean) => Document | Null": (cx, self, pred) =>
    first(cx, where(cx, self, pred, "firstWhere")),
  "toString() => String": (cx, self) => shownName(cx, self),
  "where(pred: Document => Boolean) => Set<Document>": (cx, self, pred) => where(cx, self, pred),
});
const BY_ID = implement("Collection", {
  "byId(id: ID) => Ref<Document>": byId,
  "(id: ID) => Ref<Document>": refer,
});
const BY_NAME = implement("Collection", {
  "byName(name: String) => NamedRef<Document>": documentByName,
});
const USER = implement("Collection", {
  "createData(data: Data) => Document": (cx, self, data) => createDocument(cx, self.id, data, true),
  "definition: CollectionDef": (cx, { id }) =>
    reference(cx, SYSTEM_COLLECTIONS.Collection, BigInt(id), collectionName(cx, id)),
});

const COLLECTIONS = implement("Collection", {
  "Deleted: DeletedCollection": missing("Collection.Deleted"),
  "(collection: String) => Any": (cx, _self, name) => {
    const found = collectionCalled(cx, name);
    if (found && !isSystem(found.id)) return found;
    throw unknown(cx, "collection", name);
  },
});
const FUNCTIONS = implement("Collection", {
  "(function: String) => Any": (cx, _self, name) => {
    const id = names(cx).functions.get(name);
    if (id !== undefined) return { kind: "udf", id, called: name };
    throw unknown(cx, "function", name);
  },
});

function unknown(cx: Context, what: "collection" | "function", name: string): Error {
  const reason = `No such user ${what} \`${name}\`.`;
  return cx.error("invalid_argument", `invalid argument \`${what}\`: ${reason}`);
}

const WITH_IDS = merged(ALL, BY_ID);
const WITH_NAMES = merged(ALL, BY_NAME);

/** What collections of the system have. */
export const SYSTEM_COLLECTION_TABLES: Readonly<Record<SystemCollection, TypeTable>> = {
  Collection: merged(WITH_NAMES, COLLECTIONS),
  Function: merged(WITH_NAMES, FUNCTIONS),
  Role: WITH_NAMES,
  AccessProvider: WITH_NAMES,
  Database: WITH_NAMES,
  Key: WITH_IDS,
  Token: merged(WITH_IDS, TOKENS),
  Credential: merged(WITH_IDS, CREDENTIALS),
  Index: WITH_NAMES,
};

/** What collections of the user have besides their indexes. */
export const USER_COLLECTION_TABLE: TypeTable = merged(WITH_IDS, USER);

/** What a collection has besides its indexes; called itself it looks a document, a collection or a function up. */
export function collectionTable({ id }: CollectionValue): TypeTable {
  const name = systemName(id);
  return name ? SYSTEM_COLLECTION_TABLES[name] : USER_COLLECTION_TABLE;
}

/** An index as a method: it takes its terms and a range. */
function indexMethod(name: string, index: UserIndexDefinition): Method {
  const terms = index.terms.map((_, i) => `term${i + 1}: Any`);
  const text = `(${[...terms, "range?: Range"].join(", ")}) => Set<Document>`;
  return method({ ...readSignature(text), name }, (cx, self, ...args) =>
    ofIndex(cx, self as CollectionValue, name, index, args),
  );
}

function ofIndex(
  cx: Context,
  self: CollectionValue,
  name: string,
  index: UserIndexDefinition,
  args: readonly Value[],
): SetValue {
  requireRead(cx, `\`${name}\``);
  if (!index.queryable) {
    const shown = `${collectionName(cx, self.id)}.${name}`;
    throw cx.error("invalid_index_invocation", `The index \`${shown}\` is not queryable.`);
  }
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

const INDEX_METHODS = new WeakMap<UserIndexDefinition, Method>();

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
