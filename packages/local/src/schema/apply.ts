import { CheckError } from "../fql/errors";
import { Context } from "../fql/evaluator/context";
import { changeDocument, createDocument, deleteDocument } from "../fql/model/documents";
import { systemModel } from "../fql/model/system";
import type { Diagnostic } from "../fql/summary";
import type { Value } from "../fql/values/value";
import { Database, SYSTEM_COLLECTIONS } from "../store";
import type { FslItem, ItemKind, LocatedItem } from "./fsl-items";

const TIMEOUT_MS = 60_000;
/** What is written first: functions name their roles. */
const ORDER: readonly ItemKind[] = ["Collection", "Role", "Function", "AccessProvider"];

/**
 * Makes the schema of a database what some items say, as one transaction. Items that are `unchanged` are left alone;
 * documents of the schema that no item stands for are deleted.
 */
export function applyItems(
  database: Database,
  located: readonly LocatedItem[],
  unchanged: (item: FslItem) => boolean,
): void {
  const items = located.map(({ item }) => item);
  database.transact((tx) => {
    const admin = { builtin: "admin", roles: [], claims: null } as const;
    const cx = new Context(database, tx, admin, TIMEOUT_MS);
    cx.wholeSchema = true;
    for (const kind of ORDER)
      for (const item of items) if (item.kind === kind && !unchanged(item)) write(cx, item);
    for (const kind of [...ORDER].reverse()) removeOthers(cx, kind, items);
    const mistakes = located.flatMap((found) => verifyItem(cx, found));
    if (mistakes.length) throw new CheckError(mistakes);
  });
}

/** What is wrong with an item in the whole of the schema. */
function verifyItem(cx: Context, { filename, text, item }: LocatedItem): readonly Diagnostic[] {
  const version = cx.db.systemDocument(item.kind, item.name);
  if (!version) return [];
  cx.schemaItem = { source: { name: filename, text }, start: item.start };
  const mistakes = systemModel(version.coll).verify(cx, version);
  cx.schemaItem = null;
  return mistakes;
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

function toValue(value: unknown): Value {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return { kind: "int", value };
  if (Array.isArray(value)) return { kind: "array", items: value.map(toValue) };
  const fields = Object.entries(value as Record<string, unknown>);
  return { kind: "object", fields: new Map(fields.map(([key, item]) => [key, toValue(item)])) };
}
