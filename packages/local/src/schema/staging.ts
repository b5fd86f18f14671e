import { dropDocuments, takeEffect } from "../fql/model/definition-effects";
import { SYSTEM_COLLECTIONS, type DocVersion } from "../store";
import { asAdmin, checkFiles } from "./apply";
import { SchemaRequestError } from "./schema-error";
import type { SchemaFiles } from "./schema-files";

/** A document of the schema in use and of the staged one. */
interface Pair {
  readonly coll: number;
  readonly id: bigint;
  readonly active: DocVersion | null;
  readonly staged: DocVersion | null;
}

const KINDS = ["Collection", "Function", "Role", "AccessProvider"] as const;

/** The documents that are different in the staged schema, which is there. */
function pairs({ database }: SchemaFiles): Pair[] {
  return KINDS.flatMap((kind) => {
    const coll = SYSTEM_COLLECTIONS[kind];
    return [...database.collection(coll).history.keys()].flatMap((id): Pair[] => {
      const active = database.read(coll, id, database.pinned);
      const staged = database.read(coll, id);
      return active === staged ? [] : [{ coll, id, active, staged }];
    });
  });
}

/** Makes the staged schema that in use: collections get their indexes, and their documents are migrated. */
export function commitStaged(files: SchemaFiles): void {
  if (!files.staged) throw new SchemaRequestError(400, "There is no staged schema to commit");
  checkFiles(files, files.staged);
  const changed = pairs(files).filter(({ coll }) => coll === SYSTEM_COLLECTIONS.Collection);
  const kept = files.staged;
  asAdmin(files.database, (cx, tx) => {
    tx.pin(null);
    for (const { id, active, staged } of changed) {
      if (staged) takeEffect(cx, staged, active);
      else dropDocuments(cx, Number(id));
    }
  });
  files.keep(kept);
}

/** Makes the documents of the schema again what they are in the one in use. */
export function abandonStaged(files: SchemaFiles): void {
  if (!files.staged) throw new SchemaRequestError(400, "There is no staged schema to abandon");
  const changed = pairs(files);
  const kept = files.active;
  asAdmin(files.database, (_, tx) => {
    for (const { coll, id, active } of changed) {
      if (active) tx.put(coll, id, active.data, active.ttl);
      else tx.remove(coll, id);
    }
    tx.pin(null);
  });
  files.keep(kept);
}
