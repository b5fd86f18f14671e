import { CheckError, QueryError } from "../fql/errors";
import type { Context } from "../fql/model/context";
import { LIBRARY } from "../fql/stdlib/library";
import { summarize, type Diagnostic } from "../fql/summary";
import { activeVersion, type Database } from "../store";
import { SchemaCheck } from "../types/schema-check";
import { parseFiles, schemaOf, type LocatedItem } from "./fsl-items";
import { changeMistakes, migrationMistakes } from "./migrations";
import type { Renames } from "./diff";
import { SchemaFiles } from "./schema-files";

/** What is wrong with all items of a schema together. */
export function schemaMistakes(
  db: Database,
  located: readonly LocatedItem[],
  renames: Renames = new Map(),
): readonly Diagnostic[] {
  const schema = schemaOf(located.map(({ item }) => item));
  const mistakes = new SchemaCheck(LIBRARY, schema, db.typechecked).run();
  return mistakes.length ? mistakes : migrationMistakes(db, located, schema, renames);
}

/** What is wrong with the schema as it is now; some of it is wrong even as a text. */
function currentMistakes(db: Database): readonly Diagnostic[] {
  try {
    return schemaMistakes(db, parseFiles(SchemaFiles.of(db).current()));
  } catch (error) {
    if (error instanceof CheckError) return error.diagnostics;
    throw error;
  }
}

/** What is wrong with the way from the collections before a query to those after it. */
function wayMistakes({ db, tx }: Context): readonly Diagnostic[] {
  return db.systemDocuments("Collection").flatMap((after) => {
    if (!tx.wroteVersion(after)) return [];
    return changeMistakes(db, activeVersion(db, after.coll, after.id, tx.ts - 1), after);
  });
}

/**
 * Refuses a query that leaves the schema wrong: `invalid_schema` at its last write. The server looks when the query has
 * run, at all of the schema as one text.
 */
export function verifySchema(cx: Context): void {
  if (!cx.schemaWrite) return;
  const current = currentMistakes(cx.db);
  const mistakes = current.length ? current : wayMistakes(cx);
  if (!mistakes.length) return;
  const shown = mistakes
    .map((each) => summarize([each]))
    .join("\n")
    .replaceAll("\n", "\n    ");
  throw new QueryError(
    "invalid_schema",
    `Invalid database schema update.\n    ${shown}`,
    cx.schemaWrite,
  );
}
