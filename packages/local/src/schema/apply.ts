import { CheckError } from "../fql/errors";
import { beginRun } from "../fql/evaluator/interpreter";
import type { Context } from "../fql/model/context";
import { changeDocument, createDocument, deleteDocument } from "../fql/model/documents";
import type { ObjectValue } from "../fql/values/value";
import { SYSTEM_COLLECTIONS, type Database, type DocVersion } from "../store";
import type { Transaction } from "../store/transaction";
import { parseFiles, type FslItem, type ItemKind } from "./fsl-items";
import { oldName, type Renames } from "./diff";
import { content, key, type Files, type SchemaFiles } from "./schema-files";
import { toValue } from "./to-value";
import { schemaMistakes } from "./verify";

const TIMEOUT_MS = 60_000;
/** What is written first: functions name their roles. */
const ORDER: readonly ItemKind[] = ["Collection", "Role", "Function", "AccessProvider"];

/** Files that a database is to have. */
export interface Update {
  /** All of its schema, as it is to be instead of that in use. */
  readonly wanted: Files;
  /** The files that are then there: those of a staged schema stay, if they are not sent again. */
  readonly kept: Files;
  readonly renames?: Renames;
  /** Whether it is to count only when it is committed; as long as a schema is staged, each update is. */
  readonly staged?: boolean;
}

/** Throws `CheckError` if files are not accepted. */
export function checkFiles({ database }: SchemaFiles, files: Files, renames?: Renames): void {
  const mistakes = schemaMistakes(database, parseFiles(files), renames);
  if (mistakes.length) throw new CheckError(mistakes);
}

/** Runs `work` as one transaction with all rights. */
export function asAdmin<T>(database: Database, work: (cx: Context, tx: Transaction) => T): T {
  return database.transact((tx) => {
    const admin = { builtin: "admin", roles: [], claims: null } as const;
    return work(beginRun(database, tx, admin, TIMEOUT_MS), tx);
  });
}

/**
 * Writes what is different between the schema in use and files, as one transaction: items that are as they were are
 * left alone, those that are in no file any more are deleted. Throws if the files are not accepted, and changes nothing
 * then. What `answer` makes of it is returned, while the transaction is still open.
 */
export function applyFiles<T>(
  current: SchemaFiles,
  { wanted, kept, renames = new Map(), staged = false }: Update,
  answer: (cx: Context) => T,
): T {
  checkFiles(current, wanted, renames);
  const { database, active } = current;
  const before = parseFiles(active);
  const after = parseFiles(wanted);
  const texts = new Map(before.map((found) => [key(found.item), content(found)]));
  const changed = after
    .filter((found) => texts.get(key(found.item)) !== content(found))
    .map(({ item }) => item);
  const names = new Set(
    after.map(({ item: { kind, node } }) => key({ kind, name: oldName(node, renames) })),
  );
  const gone = before.map(({ item }) => item).filter((item) => !names.has(key(item)));
  const answered = asAdmin(database, (cx, tx) => {
    if (staged && database.pinned === undefined) tx.pin(tx.ts - 1);
    for (const kind of ORDER)
      for (const item of changed)
        if (item.kind === kind) write(cx, item, oldName(item.node, renames));
    for (const kind of [...ORDER].reverse())
      for (const item of gone) if (item.kind === kind) remove(cx, item);
    return answer(cx);
  });
  current.keep(kept);
  return answered;
}

/** Files that somebody sends: all of them, or (without `override`) some besides those that are there. */
export function updateFiles(
  current: SchemaFiles,
  files: Files,
  { override = true, staged = false }: { override?: boolean; staged?: boolean } = {},
): void {
  const wanted = current.merged(files, override);
  applyFiles(current, { wanted, kept: current.stored(files, override), staged }, () => undefined);
}

function write(cx: Context, { kind, name, fields }: FslItem, before: string): void {
  const coll = SYSTEM_COLLECTIONS[kind];
  const known = cx.db.systemDocument(kind, before);
  const data = toValue({ name, ...fields }) as ObjectValue;
  if (known) changeDocument(cx, reference(known), "replace", withOwnData(data, known));
  else createDocument(cx, coll, data);
}

/** What users keep with a definition is not in its text, and stays. */
function withOwnData(value: ObjectValue, { data }: DocVersion): ObjectValue {
  const own = data.get("data");
  return own === undefined
    ? value
    : { ...value, fields: new Map([...value.fields, ["data", own]]) };
}

function remove(cx: Context, { kind, name }: FslItem): void {
  const known = cx.db.systemDocument(kind, name);
  if (known) deleteDocument(cx, reference(known));
}

function reference({ coll, id }: DocVersion): { kind: "doc"; coll: number; id: bigint } {
  return { kind: "doc", coll, id };
}
