import { type Database, type DocVersion, SYSTEM_COLLECTIONS, systemName } from "../store";
import type { DocValue, QueryValue } from "../fql/values/value";
import { type Lambda, Ref, SCHEMA_CLASSES, type SchemaClass } from "./values";

const CLASS_OF_SYSTEM = new Map<string, SchemaClass>(
  Object.entries(SCHEMA_CLASSES).map(([name, { system }]) => [system, name as SchemaClass]),
);

/** What v4 calls a collection of schema documents. */
export function classOf(system: string): SchemaClass {
  return CLASS_OF_SYSTEM.get(system) ?? "collections";
}

/** Goes from v4's references, which are by name, to documents of the store and back. */
export class References {
  constructor(
    readonly db: Database,
    /** Reads a function that a document holds. */
    readonly lambda: (query: QueryValue) => Lambda,
  ) {}

  /** The part of a reference that names schema which does not exist; undefined if all of it does. */
  undefinedPart(ref: Ref): Ref | undefined {
    if (ref.collection === null) return ref.id in SCHEMA_CLASSES ? undefined : ref;
    const { schemaClass } = ref;
    if (schemaClass === undefined) return this.undefinedPart(ref.collection);
    if (/^(keys|tokens|credentials)$/.test(schemaClass)) return undefined;
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
    if (system) return Ref.to(classOf(system), this.#nameOf(coll, id));
    return new Ref(
      String(id),
      Ref.to("collections", this.#nameOf(SYSTEM_COLLECTIONS.Collection, BigInt(coll))),
    );
  }

  #nameOf(coll: number, id: bigint): string {
    const name = this.db.read(coll, id)?.data.get("name");
    return typeof name === "string" ? name : String(id);
  }

  /** The document of a reference to schema. */
  schemaDocument(ref: Ref): DocVersion | undefined {
    const schema = ref.schemaClass && SCHEMA_CLASSES[ref.schemaClass];
    return schema?.system ? this.db.systemDocument(schema.system, ref.id) : undefined;
  }
}
