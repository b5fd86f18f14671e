import { SYSTEM_COLLECTIONS } from "../../store/system";
import type { Expr } from "../ast";
import { evaluateDefault } from "./defaults";
import type { ObjectShape, Shape } from "./shape";
import type { Context } from "./context";
import type { ConstraintFailure, QueryError } from "../errors";
import { isIdLike } from "../values/ids";
import { DAY_NANOS } from "../values/times";
import { shapeName } from "../values/type-names";
import {
  array,
  fieldsOf,
  isNull,
  object,
  type DocValue,
  type DocVersion,
  type Value,
  type Fields,
} from "../values/value";
import { definitionOf, type CollectionDefinition } from "./collections";
import { definitionWritten } from "./definition-effects";
import { collectionName, documentName } from "./names";
import { denied, isSystem, mayCreate, mayDelete, mayWrite } from "./permissions";
import { absenceError, requireDocument } from "./read";
import { fieldsWithoutNulls, merged, toData, toDataFields, toStoredFields } from "./stored";
import { systemModel } from "./system";
import { keepAsWritten } from "./as-written";
import {
  computedFailures,
  enforce,
  failed,
  fieldFailures,
  reservedFailures,
  reservedSystemFailures,
} from "./constraints";

const NO_FIELDS: Fields = new Map();

/** Refuses a write where only reads may happen. */
export function requireWrite(cx: Context, action: string): void {
  if (cx.effect.allowed !== "write") {
    throw cx.error(
      "invalid_effect",
      `\`${action}\` performs a write, which is not allowed in ${cx.effect.where}.`,
    );
  }
  if (cx.readTime) throw cx.error("invalid_write", "Cannot write at a snapshot time in the past.");
}

/** The nanoseconds of the `ttl` that a write gives; undefined for none, and for what is no time. */
function timeOr(cx: Context, ttl: Value | undefined): bigint | undefined {
  if (typeof ttl !== "object") return undefined;
  if (ttl.kind === "transactionTime") return BigInt(cx.tx.ts) * 1000n;
  return ttl.kind === "time" ? ttl.nanos : undefined;
}

function ttlFailures(cx: Context, ttl: Value | undefined): ConstraintFailure[] {
  if (ttl === undefined || isNull(ttl) || timeOr(cx, ttl) !== undefined) return [];
  const message = `Expected Time | Null, provided ${shapeName(toData(cx, ttl, "ttl"))}`;
  return [{ paths: [["ttl"]], message }];
}

function withoutMeta(given: Fields, ...meta: string[]): Map<string, Value> {
  const rest = new Map(given);
  for (const name of meta) rest.delete(name);
  return rest;
}

/** The data with the defaults of what it does not mention; an explicit null is no reason for one. */
function withDefaults(
  cx: Context,
  definition: CollectionDefinition,
  given: Fields,
): Map<string, Value> {
  const initials = new Map<string, Expr>();
  for (const [name, { initial }] of definition.fields ?? [])
    if (initial) initials.set(name, initial);
  const shapes = [...(definition.fields ?? [])].map(([name, { shape }]): [string, Shape] => [
    name,
    shape,
  ]);
  const shape = {
    kind: "object",
    fields: new Map(shapes),
    rest: definition.wildcard,
    initials,
  } as const;
  return filled(cx, shape, given);
}

function filled(cx: Context, shape: ObjectShape, given: Fields): Map<string, Value> {
  const data = new Map<string, Value>();
  for (const [name, value] of given) {
    const known = shape.fields.get(name) ?? shape.rest;
    data.set(name, known ? filledValue(cx, known, value) : value);
  }
  for (const [name, field] of shape.fields) {
    if (given.has(name)) continue;
    const initial = shape.initials?.get(name);
    if (initial) data.set(name, toData(cx, evaluateDefault(cx, initial), name));
    else if (field.kind === "object") data.set(name, object(filled(cx, field, NO_FIELDS)));
  }
  return data;
}

function filledValue(cx: Context, shape: Shape, value: Value): Value {
  if (typeof value !== "object") return value;
  if (value.kind === "object" && shape.kind === "object")
    return object(filled(cx, shape, value.fields));
  if (value.kind === "array" && shape.kind === "array")
    return array(value.items.map((item) => filledValue(cx, shape.of, item)));
  return value;
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
  ttl: bigint | undefined,
): DocVersion {
  cx.usage.write++;
  return cx.tx.put(coll, id, data, ttl);
}

function explicitId(cx: Context, coll: number, given: Fields): bigint | null {
  const id = given.get("id");
  if (id === undefined) return null;
  const fail = (message: string): QueryError =>
    failed(cx, coll, null, [{ paths: [["id"]], message }]);
  if (isNull(id)) throw fail("Missing required field of type ID | String | Long");
  if (!isIdLike(id)) {
    const provided = shapeName(toData(cx, id, "id"));
    throw fail(`Expected ID | String | Long, provided ${provided}`);
  }
  const number = BigInt(typeof id === "string" ? id : (id as { value: bigint | number }).value);
  if (number < 0n) throw fail("id must be nonnegative");
  return number;
}

/**
 * `Coll.create(data)`; with `onlyData`, as in `createData`, no field has a meaning of the server's, but those that are
 * given `apart`. The order of the checks is the server's: it decides which complaint is heard.
 */
export function createDocument(
  cx: Context,
  coll: number,
  fields: Value,
  onlyData = false,
  apart?: Fields,
): DocValue {
  requireWrite(cx, "create");
  const given = fieldsOf(fields);
  if (isSystem(coll)) return createSystem(cx, coll, given);
  const definition = definitionOf(cx, coll);
  const meta = apart ?? (onlyData ? NO_FIELDS : given);
  refuse(cx, coll, null, computedFailures(definition, meta));
  const wanted = explicitId(cx, coll, meta);
  const data = toDataFields(cx, onlyData ? given : withoutMeta(given, "id"));
  if (!onlyData) data.delete("ttl");
  const id = wanted ?? cx.db.newId();
  const ttl = ttlOf(cx, definition, meta, undefined);
  const draft: DocVersion = {
    coll,
    id,
    ts: cx.tx.ts,
    data: fieldsWithoutNulls(data),
    ...(ttl === undefined ? {} : { ttl }),
  };
  if (!mayCreate(cx, draft, wanted !== null)) throw denied(cx);
  if (cx.db.read(coll, id, cx.tx.ts)) {
    throw cx.error(
      "document_id_exists",
      `Collection \`${collectionName(cx, coll)}\` already contains document with id ${id}.`,
    );
  }
  refuse(cx, coll, null, reservedFailures(meta, true));
  const complete = withDefaults(cx, definition, data);
  refuse(cx, coll, null, [
    ...fieldFailures(cx, definition, complete, onlyData),
    ...ttlFailures(cx, meta.get("ttl")),
  ]);
  const version = put(cx, coll, id, fieldsWithoutNulls(complete), ttl);
  enforce(cx, version, null, null);
  return refer(version);
}

function refuse(
  cx: Context,
  coll: number,
  doc: DocValue | null,
  failures: readonly ConstraintFailure[],
): void {
  if (failures.length) throw failed(cx, coll, doc, failures);
}

/** The `ttl` that a write says; else each write begins the collection's own anew, and without one there is what was. */
function ttlOf(
  cx: Context,
  { ttlDays }: CollectionDefinition,
  meta: Fields,
  before: bigint | undefined,
): bigint | undefined {
  if (meta.has("ttl")) return timeOr(cx, meta.get("ttl"));
  return ttlDays === null ? before : BigInt(cx.tx.ts) * 1000n + BigInt(ttlDays) * DAY_NANOS;
}

/** Of the server's own documents only keys and tokens end. */
function systemTtl(cx: Context, coll: number, given: Fields): readonly ConstraintFailure[] {
  const ends = coll === SYSTEM_COLLECTIONS.Key || coll === SYSTEM_COLLECTIONS.Token;
  if (ends || !given.has("ttl")) return ttlFailures(cx, given.get("ttl"));
  return [{ paths: [["ttl"]], message: "Unexpected field provided" }];
}

function createSystem(cx: Context, coll: number, given: Fields): DocValue {
  const model = systemModel(coll);
  if (!mayCreate(cx, { coll, id: -1n, ts: cx.tx.ts, data: given }, false)) throw denied(cx);
  refuse(cx, coll, null, reservedSystemFailures(given, true));
  const ttl = timeOr(cx, given.get("ttl"));
  const stored = toStoredFields(cx, model.initial(withoutMeta(given, "ttl")));
  const failures = [...model.check(cx, stored, null), ...systemTtl(cx, coll, given)];
  if (failures.length) throw failed(cx, coll, null, failures);
  const { id, data } = model.complete(cx, stored, null);
  const version = put(cx, coll, id, data, ttl);
  keepAsWritten(version, stored);
  model.written(cx, version, null);
  afterSchemaWrite(cx, version, null);
  return refer(version);
}

function afterSchemaWrite(cx: Context, version: DocVersion, before: DocVersion | null): void {
  cx.wroteSchema(version.coll);
  definitionWritten(cx, version, before);
}

export type Change = "update" | "replace" | "updateData" | "replaceData";

/** `doc.update(data)` and its kin. */
export function changeDocument(
  cx: Context,
  doc: DocValue,
  how: Change,
  fields: Value,
  apart?: Fields,
): DocValue {
  requireWrite(cx, how);
  // Who may write in FQL v4 need not be able to read.
  const before = cx.isV4 ? presentVersion(cx, doc) : requireDocument(cx, doc);
  const given = fieldsOf(fields);
  if (isSystem(doc.coll)) return changeSystem(cx, doc, before, how, given);
  const definition = definitionOf(cx, doc.coll);
  const onlyData = how === "updateData" || how === "replaceData";
  const patch = toDataFields(cx, given);
  const meta = apart ?? (onlyData ? NO_FIELDS : given);
  refuse(cx, doc.coll, doc, computedFailures(definition, meta));
  if (!onlyData) patch.delete("ttl");
  const replacing = how === "replace" || how === "replaceData";
  const changed = ({ data }: DocVersion): Map<string, Value> =>
    replacing ? patch : merged(cx, data, patch);
  const ttlAfter = ({ ttl }: DocVersion): bigint | undefined =>
    ttlOf(cx, definition, meta, replacing ? undefined : ttl);
  const draftTtl = ttlAfter(before);
  // FQL v4 judges a replacement as if it were an update.
  const judged = cx.isV4 ? merged(cx, before.data, patch) : changed(before);
  const draft: DocVersion = {
    coll: doc.coll,
    id: doc.id,
    ts: cx.tx.ts,
    data: fieldsWithoutNulls(judged),
    ...(draftTtl === undefined ? {} : { ttl: draftTtl }),
  };
  if (!mayWrite(cx, before, draft)) throw denied(cx);
  const current = doc.readTs === undefined ? before : presentVersion(cx, doc);
  const [data, ttl] = [changed(current), ttlAfter(current)];
  refuse(cx, doc.coll, doc, reservedFailures(meta, false));
  const complete = replacing ? withDefaults(cx, definition, data) : data;
  refuse(cx, doc.coll, doc, [
    ...fieldFailures(cx, definition, complete, onlyData),
    ...ttlFailures(cx, meta.get("ttl")),
  ]);
  const version = put(cx, doc.coll, doc.id, fieldsWithoutNulls(complete), ttl);
  enforce(cx, version, doc, current);
  return doc.readTs === undefined ? refer(version) : doc;
}

/** What a reference that was made in the past stands for now: a right is judged by what it shows, but this is changed. */
function presentVersion(cx: Context, doc: DocValue): DocVersion {
  const version = cx.db.read(doc.coll, doc.id, cx.tx.ts);
  if (!version) throw absenceError(cx, doc, "not found", null);
  return version;
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
  refuse(cx, doc.coll, doc, reservedSystemFailures(given, false));
  const stored =
    how === "replace"
      ? model.replaced(before, toStoredFields(cx, model.initial(fields)))
      : merged(cx, before.data, fields);
  refuse(cx, doc.coll, doc, [
    ...model.check(cx, stored, before),
    ...systemTtl(cx, doc.coll, given),
  ]);
  const { data } = model.complete(cx, stored, before);
  if (!mayWrite(cx, before, { ...before, data })) throw denied(cx);
  const ttl = given.has("ttl") ? timeOr(cx, given.get("ttl")) : before.ttl;
  const version = put(cx, doc.coll, doc.id, data, ttl);
  keepAsWritten(version, stored);
  model.written(cx, version, before);
  afterSchemaWrite(cx, version, before);
  return refer(version);
}

/** `doc.delete()`. */
export function deleteDocument(cx: Context, doc: DocValue): DocValue {
  requireWrite(cx, "delete");
  if (!mayDelete(cx, doc)) throw denied(cx);
  const before = presentVersion(cx, doc);
  const name = documentName(cx, doc);
  if (isSystem(doc.coll)) systemModel(doc.coll).deleting(cx, before);
  cx.usage.write++;
  cx.tx.remove(doc.coll, doc.id);
  if (isSystem(doc.coll)) cx.wroteSchema(doc.coll);
  return {
    kind: "doc",
    coll: doc.coll,
    id: doc.id,
    deleted: true,
    ...(name === undefined ? {} : { name }),
  };
}
