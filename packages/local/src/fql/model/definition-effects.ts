import { SYSTEM_COLLECTIONS } from "../../store/system";
import type { DocVersion } from "../values/value";
import { applyDefinition } from "./collections";
import type { Context } from "./context";
import { migrateDocuments } from "./migrate-documents";

/** Makes the documents of a collection and their indexes what its new definition says. */
export function takeEffect(cx: Context, version: DocVersion, before: DocVersion | null): void {
  if (before) migrateDocuments(cx, version, before);
  applyDefinition(cx, version, before);
}

/** What a definition changes as soon as it is written; that of a staged schema changes nothing before it is committed. */
export function definitionWritten(
  cx: Context,
  version: DocVersion,
  before: DocVersion | null,
): void {
  const isDefinition = version.coll === SYSTEM_COLLECTIONS.Collection;
  if (isDefinition && cx.db.pinned === undefined) takeEffect(cx, version, before);
}

/** Deletes all documents of a collection. */
export function dropDocuments(cx: Context, coll: number): void {
  const all = cx.db.collection(coll).index("all")!.scan("", cx.tx.ts, {}, false, null);
  for (const { id } of [...all]) cx.tx.remove(coll, id);
}
