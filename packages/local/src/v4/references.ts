import { type Database, type DocVersion, SYSTEM_COLLECTIONS, systemName } from "../store";
import type { DocValue, QueryValue } from "../fql/values/value";
import { compareRefs } from "./compare";
import {
  type Lambda,
  NUMBERED,
  Ref,
  SCHEMA_CLASSES,
  type SchemaClass,
  UndefinedRef,
} from "./values";

const CLASS_OF_SYSTEM = new Map<string, SchemaClass>(
  Object.entries(SCHEMA_CLASSES).map(([name, { system }]) => [system, name as SchemaClass]),
);

/** What v4 calls a collection of schema documents. */
export function classOf(system: string): SchemaClass {
  return CLASS_OF_SYSTEM.get(system) ?? "collections";
}

/** The numbers that indexes have, and those of all else that has a name, which is numbered by the time of its making. */
const FIRST_INDEX = 1n << 15n;
const FIRST_NAMED = 1n << 60n;

/** A document's number as it is on the server: collections come first, then indexes. */
function placeOf({ coll, id }: DocValue): bigint {
  const system = systemName(coll);
  if (system === undefined || system === "Collection") return id;
  return (system === "Index" ? FIRST_INDEX : FIRST_NAMED) + id;
}

/** Goes from v4's references, which are by name, to documents of the store and back. */
export class References {
  constructor(
    readonly db: Database,
    /** Reads a function that a document holds. */
    readonly lambda: (query: QueryValue) => Lambda,
    /** The database, as who asks refers to it; null for the one that is asked. */
    readonly scope: Ref | null = null,
  ) {}

  /** Those of the database that something is in; undefined if there is no such database. */
  within(scope: Ref | null): References | undefined {
    if (scope === null || scope === this.scope) return this;
    const outer = this.within(scope.database);
    const database = outer?.db.childByName(scope.id);
    return database && new References(database, this.lambda, scope);
  }

  /** The part of a reference that names schema which does not exist; undefined if all of it does. */
  undefinedPart(ref: Ref): Ref | undefined {
    const database = ref.database && this.undefinedPart(ref.database);
    if (database) return database;
    if (ref instanceof UndefinedRef) return ref;
    if (ref.collection === null) return ref.id in SCHEMA_CLASSES ? undefined : ref;
    const { schemaClass } = ref;
    if (schemaClass === undefined) return this.undefinedPart(ref.collection);
    if (NUMBERED.includes(schemaClass)) return undefined;
    return this.schemaDocument(ref) ? undefined : ref;
  }

  /** The document that a reference stands for, whether or not there is one; undefined without its collection. */
  toDocument(ref: Ref): DocValue | undefined {
    const schema = this.schemaDocument(ref);
    if (schema) return { kind: "doc", coll: schema.coll, id: schema.id };
    const coll = ref.collection && this.collectionId(ref.collection);
    if (coll === undefined || coll === null || !/^\d+$/.test(ref.id)) return undefined;
    return { kind: "doc", coll, id: BigInt(ref.id) };
  }

  /** The order of references: by the numbers of their documents, of which each collection has its own. */
  readonly order = (a: Ref, b: Ref): number => {
    const [x, y] = [this.toDocument(a), this.toDocument(b)];
    if (!x || !y || a.database || b.database) return compareRefs(a, b);
    const [here, there] = [placeOf(x), placeOf(y)];
    return here === there ? x.coll - y.coll : here < there ? -1 : 1;
  };

  /** The store's number of a collection. */
  collectionId(collection: Ref): number | undefined {
    if (collection.collection === null) {
      const schema = SCHEMA_CLASSES[collection.id as SchemaClass] as
        (typeof SCHEMA_CLASSES)[SchemaClass] | undefined;
      return schema?.system ? SYSTEM_COLLECTIONS[schema.system] : undefined;
    }
    const definition = this.schemaDocument(collection);
    return definition && Number(definition.id);
  }

  /** The reference to a document of the store. */
  toRef({ coll, id }: { readonly coll: number; readonly id: bigint }): Ref {
    const system = systemName(coll);
    const meta = system === "Collection" && systemName(Number(id));
    if (meta) return new Ref(classOf(meta), null, this.scope);
    if (system) return Ref.to(classOf(system), this.#nameOf(coll, id), this.scope);
    const name = this.#nameOf(SYSTEM_COLLECTIONS.Collection, BigInt(coll));
    return new Ref(String(id), Ref.to("collections", name, this.scope));
  }

  #nameOf(coll: number, id: bigint): string {
    const name = (this.db.read(coll, id) ?? this.#last(coll, id))?.data.get("name");
    return typeof name === "string" ? name : String(id);
  }

  /** What a document was before it was deleted. */
  #last(coll: number, id: bigint): DocVersion | null | undefined {
    const changes = this.db.collection(coll).changesAfter(0);
    return changes.findLast((change) => change.id === id && change.version === null)?.before;
  }

  /** The document of a reference to schema. */
  schemaDocument(ref: Ref): DocVersion | undefined {
    const schema = ref.schemaClass && SCHEMA_CLASSES[ref.schemaClass];
    if (ref instanceof UndefinedRef) return undefined;
    return schema && this.within(ref.database)?.db.systemDocument(schema.system, ref.id);
  }
}
