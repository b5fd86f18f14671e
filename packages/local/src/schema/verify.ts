import { CheckError, QueryError } from "../fql/errors";
import type { Context } from "../fql/model/context";
import { LIBRARY } from "../fql/stdlib/library";
import { summarize, type Diagnostic } from "../fql/summary";
import type { Database } from "../store";
import { SchemaCheck } from "../types/schema-check";
import { parseFiles, schemaOf, type LocatedItem } from "./fsl-items";
import { SchemaFiles } from "./schema-files";

/** What is wrong with all items of a schema together. */
export function schemaMistakes(
  db: Database,
  located: readonly LocatedItem[],
): readonly Diagnostic[] {
  const schema = schemaOf(located.map(({ item }) => item));
  return new SchemaCheck(LIBRARY, schema, db.typechecked).run();
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

/**
 * Refuses a query that leaves the schema wrong: `invalid_schema` at its last write. The server looks when the query has
 * run, at all of the schema as one text.
 */
export function verifySchema(cx: Context): void {
  if (!cx.schemaWrite) return;
  const mistakes = currentMistakes(cx.db);
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
