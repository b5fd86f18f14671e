import { isNamed } from "../../store/system";
import { evaluate } from "./calls";
import type { Context } from "../evaluator/context";
import { nameOfType } from "./type-of";
import type { ConstraintFailure, QueryError } from "../errors";
import { isIdLike } from "../stdlib/types";
import { isNull, type DocValue, type DocVersion, type Value } from "../values/value";
import { applyDefinition, definitionOf, type CollectionDefinition } from "./collections";
import { collectionName, documentName } from "./names";
import { denied, isSystem, mayCreate, mayDelete, mayWrite } from "./permissions";
import { requireDocument } from "./read";
import { givenFields, merged, toStoredFields } from "./stored";
import { systemModel } from "./system";
import { enforce, failed, fieldFailures, reservedFailures } from "./constraints";

type Fields = ReadonlyMap<string, Value>;

const NO_FIELDS: Fields = new Map();

/** Refuses a write where only reads may happen. */
export function requireWrite(cx: Context, action: string): void {
  if (cx.effect.allowed !== "write") {
    throw cx.error(
      "invalid_effect",
      `\`${action}\` performs a write, which is not allowed in ${cx.effect.where}.`,
    );
  }
  if (cx.readTime?.by === "at")
    throw cx.error("invalid_write", "Cannot write at a snapshot time in the past.");
}

/** The `ttl` that a write gives: undefined when it says nothing. */
function givenTtl(
  cx: Context,
  coll: number,
  doc: DocValue | null,
  given: Fields,
): number | null | undefined {
  const ttl = given.get("ttl");
  if (ttl === undefined) return undefined;
  if (isNull(ttl)) return null;
  if (typeof ttl === "object" && ttl.kind === "time") return Number(ttl.nanos / 1000n);
  if (typeof ttl === "object" && ttl.kind === "transactionTime") return cx.tx.ts;
  throw failed(cx, coll, doc, [
    { paths: [["ttl"]], message: `Expected Time | Null, provided ${nameOfType(cx, ttl)}` },
  ]);
}

function withoutMeta(given: Fields, ...meta: string[]): Map<string, Value> {
  const rest = new Map(given);
  for (const name of meta) rest.delete(name);
  return rest;
}

function withDefaults(
  cx: Context,
  definition: CollectionDefinition,
  data: Map<string, Value>,
  given: Fields,
): Map<string, Value> {
  for (const [name, field] of definition.fields ?? []) {
    // An explicit null is no reason for the default.
    if (!given.has(name) && field.initial) {
      const value = toStoredFields(cx, new Map([[name, evaluate(cx, field.initial, null)]])).get(
        name,
      );
      if (value !== undefined) data.set(name, value);
    }
  }
  return data;
}

function refer(version: DocVersion, span = undefined as DocValue["span"]): DocValue {
  return span
    ? { kind: "doc", coll: version.coll, id: version.id, span }
    : { kind: "doc", coll: version.coll, id: version.id };
}

function put(
  cx: Context,
  coll: number,
  id: bigint,
  data: Fields,
  ttl: number | null | undefined,
): DocVersion {
  cx.usage.write++;
  return cx.tx.put(coll, id, data, ttl ?? undefined);
}

function explicitId(cx: Context, coll: number, given: Fields): bigint | null {
  const id = given.get("id");
  if (id === undefined || isNull(id)) return null;
  const fail = (message: string): QueryError =>
    failed(cx, coll, null, [{ paths: [["id"]], message }]);
  if (!isIdLike(id)) throw fail(`Expected ID | String | Long, provided ${nameOfType(cx, id)}`);
  const number = BigInt(typeof id === "string" ? id : (id as { value: bigint | number }).value);
  if (number < 0n) throw fail("id must be nonnegative");
  return number;
}

/** `Coll.create(data)`; with `onlyData`, as in `createData`, no field has a meaning of the server's. */
export function createDocument(cx: Context, coll: number, data: Value, onlyData = false): DocValue {
  requireWrite(cx, "create");
  const given = givenFields(cx, data);
  if (isSystem(coll)) return createSystem(cx, coll, given);
  const definition = definitionOf(cx, coll);
  const meta = onlyData ? NO_FIELDS : given;
  const reserved = reservedFailures(definition, meta, true);
  if (reserved.length) throw failed(cx, coll, null, reserved);
  const wanted = explicitId(cx, coll, meta);
  const ttl = givenTtl(cx, coll, null, meta) ?? defaultTtl(cx, definition);
  const fields = onlyData ? given : withoutMeta(given, "id", "ttl");
  const stored = withDefaults(cx, definition, toStoredFields(cx, fields), fields);
  const broken = fieldFailures(cx, definition, stored);
  if (broken.length) throw failed(cx, coll, null, broken);
  const id = wanted ?? cx.db.newId();
  const draft: DocVersion = {
    coll,
    id,
    ts: cx.tx.ts,
    data: stored,
    ...(ttl === undefined ? {} : { ttl }),
  };
  if (!mayCreate(cx, draft, wanted !== null)) throw denied(cx);
  if (cx.db.read(coll, id, cx.tx.ts)) {
    throw cx.error(
      "document_id_exists",
      `Collection \`${collectionName(cx, coll)}\` already contains document with id ${id}.`,
    );
  }
  const version = put(cx, coll, id, stored, ttl);
  enforce(cx, version, null);
  return refer(version);
}

function defaultTtl(cx: Context, definition: CollectionDefinition): number | undefined {
  return definition.ttlDays === null ? undefined : cx.tx.ts + definition.ttlDays * 86_400_000_000;
}

function createSystem(cx: Context, coll: number, given: Fields): DocValue {
  const model = systemModel(coll);
  if (!mayCreate(cx, { coll, id: -1n, ts: cx.tx.ts, data: given }, false)) throw denied(cx);
  const ttl = givenTtl(cx, coll, null, given);
  const stored = toStoredFields(cx, withoutMeta(given, "ttl"));
  const failures = model.check(cx, stored, null);
  if (failures.length) throw failed(cx, coll, null, failures);
  const { id, data } = model.complete(cx, stored, null);
  const version = put(cx, coll, id, data, ttl);
  model.written(cx, version, null);
  afterSchemaWrite(cx, version, null);
  return refer(version);
}

function afterSchemaWrite(cx: Context, version: DocVersion, before: DocVersion | null): void {
  cx.schemaChanges++;
  if (collectionName(cx, version.coll) === "Collection") applyDefinition(cx, version, before);
}

export type Change = "update" | "replace" | "updateData" | "replaceData";

/** `doc.update(data)` and its kin. */
export function changeDocument(cx: Context, doc: DocValue, how: Change, data: Value): DocValue {
  requireWrite(cx, how);
  const before = requireDocument(cx, doc);
  const given = givenFields(cx, data);
  if (isSystem(doc.coll)) return changeSystem(cx, doc, before, how, given);
  const definition = definitionOf(cx, doc.coll);
  const onlyData = how === "updateData" || how === "replaceData";
  const reserved = onlyData ? [] : reservedFailures(definition, given, false);
  if (reserved.length) throw failed(cx, doc.coll, doc, reserved);
  const ttl = onlyData ? undefined : givenTtl(cx, doc.coll, doc, given);
  const fields = onlyData ? given : withoutMeta(given, "ttl");
  const replacing = how === "replace" || how === "replaceData";
  const stored = replacing
    ? withDefaults(cx, definition, toStoredFields(cx, fields), fields)
    : merged(cx, before.data, fields);
  const broken = fieldFailures(cx, definition, stored);
  if (broken.length) throw failed(cx, doc.coll, doc, broken);
  const nextTtl =
    ttl === undefined ? (how === "replace" ? undefined : before.ttl) : (ttl ?? undefined);
  const draft: DocVersion = {
    coll: doc.coll,
    id: doc.id,
    ts: cx.tx.ts,
    data: stored,
    ...(nextTtl === undefined ? {} : { ttl: nextTtl }),
  };
  if (!mayWrite(cx, before, draft)) throw denied(cx);
  const version = put(cx, doc.coll, doc.id, stored, nextTtl);
  enforce(cx, version, doc);
  return refer(version);
}

function changeSystem(
  cx: Context,
  doc: DocValue,
  before: DocVersion,
  how: Change,
  given: Fields,
): DocValue {
  const model = systemModel(doc.coll);
  const fields = withoutMeta(given, "ttl");
  const reserved = reservedSystemFields(doc.coll, given);
  if (reserved.length) throw failed(cx, doc.coll, doc, reserved);
  const stored =
    how === "replace"
      ? model.replaced(before, toStoredFields(cx, fields))
      : merged(cx, before.data, fields);
  const failures = model.check(cx, stored, before);
  if (failures.length) throw failed(cx, doc.coll, doc, failures);
  const { data } = model.complete(cx, stored, before);
  if (!mayWrite(cx, before, { ...before, data })) throw denied(cx);
  const ttl = givenTtl(cx, doc.coll, doc, given);
  const version = put(cx, doc.coll, doc.id, data, ttl === undefined ? before.ttl : ttl);
  model.written(cx, version, before);
  afterSchemaWrite(cx, version, before);
  return refer(version);
}

function reservedSystemFields(coll: number, given: Fields): ConstraintFailure[] {
  const wrong = [...given.keys()].filter(
    (name) => name === "ts" || name === "coll" || (name === "id" && !isNamed(coll)),
  );
  return wrong.map((name) => ({
    paths: [[name]],
    message: "Is a reserved field and cannot be used",
  }));
}

/** `doc.delete()`. */
export function deleteDocument(cx: Context, doc: DocValue): DocValue {
  requireWrite(cx, "delete");
  const before = requireDocument(cx, doc);
  if (!mayDelete(cx, before)) throw denied(cx);
  const name = documentName(cx, doc);
  if (isSystem(doc.coll)) systemModel(doc.coll).deleting(cx, before);
  cx.usage.write++;
  cx.tx.remove(doc.coll, doc.id);
  if (isSystem(doc.coll)) cx.schemaChanges++;
  return {
    kind: "doc",
    coll: doc.coll,
    id: doc.id,
    deleted: true,
    ...(name === undefined ? {} : { name }),
  };
}
