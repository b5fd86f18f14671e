import { CheckError } from "../fql/errors";
import { beginRun } from "../fql/evaluator/interpreter";
import type { Context } from "../fql/model/context";
import { changeDocument, createDocument, deleteDocument } from "../fql/model/documents";
import { Database, SYSTEM_COLLECTIONS } from "../store";
import { parseFiles, type FslItem, type ItemKind } from "./fsl-items";
import { content, key, type Files, type SchemaFiles } from "./schema-files";
import { toValue } from "./to-value";
import { schemaMistakes } from "./verify";

const TIMEOUT_MS = 60_000;
/** What is written first: functions name their roles. */
const ORDER: readonly ItemKind[] = ["Collection", "Role", "Function", "AccessProvider"];

/** Throws `CheckError` if files are not accepted. */
export function checkFiles({ database }: SchemaFiles, files: Files): void {
  const mistakes = schemaMistakes(database, parseFiles(files));
  if (mistakes.length) throw new CheckError(mistakes);
}

/**
 * Makes the schema of a database what some files say, as one transaction. Items that are as they were are left alone;
 * documents of the schema that no item stands for are deleted. Throws if the files are not accepted, and changes
 * nothing then.
 */
export function applyFiles(current: SchemaFiles, files: Files): void {
  checkFiles(current, files);
  const { database, active } = current;
  const before = new Map(parseFiles(active).map((found) => [key(found.item), content(found)]));
  const located = parseFiles(files);
  const items = located.map(({ item }) => item);
  const changed = located
    .filter((found) => before.get(key(found.item)) !== content(found))
    .map(({ item }) => item);
  database.transact((tx) => {
    const admin = { builtin: "admin", roles: [], claims: null } as const;
    const cx = beginRun(database, tx, admin, TIMEOUT_MS);
    for (const kind of ORDER) for (const item of changed) if (item.kind === kind) write(cx, item);
    for (const kind of [...ORDER].reverse()) removeOthers(cx, kind, items);
  });
  current.keep(files);
}

function write(cx: Context, { kind, name, fields }: FslItem): void {
  const coll = SYSTEM_COLLECTIONS[kind];
  const known = cx.db.systemDocument(kind, name);
  const data = toValue({ name, ...fields });
  if (known) changeDocument(cx, { kind: "doc", coll, id: known.id }, "replace", data);
  else createDocument(cx, coll, data);
}

function removeOthers(cx: Context, kind: ItemKind, items: readonly FslItem[]): void {
  const kept = new Set(items.filter((item) => item.kind === kind).map(({ name }) => name));
  for (const version of cx.db.systemDocuments(kind)) {
    const { coll, id } = version;
    if (!kept.has(Database.text(version, "name") ?? ""))
      deleteDocument(cx, { kind: "doc", coll, id });
  }
}
