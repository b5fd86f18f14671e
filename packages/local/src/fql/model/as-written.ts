import { SYSTEM_COLLECTIONS } from "../../store/system";
import { type DocVersion, type Value, type Fields } from "../values/value";

/** What the server adds to at the end of a query: how far an index is, and in which order it lists. */
const COMPLETED_LATER = new Set(["indexes", "constraints"]);
const AS_WRITTEN = new WeakMap<DocVersion, Fields>();

export function keepAsWritten(version: DocVersion, fields: Fields): void {
  if (version.coll === SYSTEM_COLLECTIONS.Collection) AS_WRITTEN.set(version, fields);
}

/** A field of a collection's document as the query that wrote it sees it. */
export function asWritten(version: DocVersion, name: string): Value | undefined {
  return COMPLETED_LATER.has(name) ? AS_WRITTEN.get(version)?.get(name) : undefined;
}
