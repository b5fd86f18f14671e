import { activeDocuments, activeVersion } from "../../store/active-schema";
import { isNamed, SYSTEM_COLLECTIONS, systemName, type SystemCollection } from "../../store/system";
import { SYSTEM_NAMES } from "../../types/system-collections";
import type { Context } from "./context";
import type { CollectionValue, DocValue, DocVersion, Value } from "../values/value";

/** Collections and functions by name and alias, as the query sees them. */
export interface Names {
  readonly collections: ReadonlyMap<string, number>;
  readonly functions: ReadonlyMap<string, bigint>;
}

function byName(versions: readonly DocVersion[]): Map<string, bigint> {
  const found = new Map<string, bigint>();
  for (const field of ["alias", "name"]) {
    for (const version of versions) {
      const name = version.data.get(field);
      if (typeof name === "string") found.set(name, version.id);
    }
  }
  return found;
}

const KNOWN = [...SYSTEM_NAMES].map(([name, collection]): [string, number] => [
  name,
  SYSTEM_COLLECTIONS[collection as SystemCollection],
]);
const NAMES = new WeakMap<Context, { changes: number; names: Names }>();

/** The names of the schema; read again after the query changed it. */
export function names(cx: Context): Names {
  const known = NAMES.get(cx);
  if (known?.changes === cx.schemaChanges) return known.names;
  const collections = [...byName(activeDocuments(cx.db, "Collection"))].map(
    ([name, id]): [string, number] => [name, Number(id)],
  );
  const found: Names = {
    collections: new Map([...collections, ...KNOWN]),
    functions: byName(activeDocuments(cx.db, "Function")),
  };
  NAMES.set(cx, { changes: cx.schemaChanges, names: found });
  return found;
}

function ownNameOf(cx: Context, id: number): Value | undefined {
  return (
    systemName(id) ??
    activeVersion(cx.db, SYSTEM_COLLECTIONS.Collection, BigInt(id), cx.tx.ts)?.data.get("name")
  );
}

/** What a collection is called; `Deleted` when it is gone. */
export function collectionName(cx: Context, id: number): string {
  const name = ownNameOf(cx, id);
  return typeof name === "string" ? name : "Deleted";
}

/** Whether a collection is there: a reference outlives it. */
export const hasCollection = (cx: Context, id: number): boolean => ownNameOf(cx, id) !== undefined;

/** The collection that a name or an alias stands for; other names of the server's own are theirs. */
export function collectionCalled(cx: Context, name: string): CollectionValue | undefined {
  const id = names(cx).collections.get(name);
  if (id === undefined) return undefined;
  const own = systemName(id) !== undefined || collectionName(cx, id) === name;
  return { kind: "collection", id, ...(own ? {} : { alias: name }) };
}

/** A collection as it is shown: by the name by which it was called. */
export function shownName(cx: Context, { id, alias }: CollectionValue): string {
  return alias ?? collectionName(cx, id);
}

/** The name of a named document, also of one that is not there. */
export function documentName(cx: Context, doc: DocValue): string | undefined {
  if (!isNamed(doc.coll)) return undefined;
  const name: Value | undefined = (
    doc.version ?? cx.db.read(doc.coll, doc.id, doc.readTs ?? cx.readTs)
  )?.data.get("name");
  return typeof name === "string" ? name : doc.name;
}
