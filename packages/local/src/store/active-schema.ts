import type { DocVersion } from "../fql/values/value";
import type { Database } from "./database";
import type { SystemCollection } from "./system";

/*
 * The schema in use. Documents of the schema say what is to be once a staged schema is committed; until then names,
 * types, functions, indexes and rights are those of the time at which the schema was pinned.
 */

export function activeDocuments(db: Database, collection: SystemCollection): DocVersion[] {
  return db.systemDocuments(collection, db.pinned);
}

export function activeDocument(
  db: Database,
  collection: SystemCollection,
  name: string,
): DocVersion | undefined {
  return activeDocuments(db, collection).find(({ data }) => data.get("name") === name);
}

/** A document of the schema as of a time, or as of the pin if that is earlier. */
export function activeVersion(
  db: Database,
  coll: number,
  id: bigint,
  ts: number = Infinity,
): DocVersion | null {
  return db.read(coll, id, Math.min(ts, db.pinned ?? Infinity));
}
