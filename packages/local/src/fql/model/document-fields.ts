import { isNamed, SYSTEM_COLLECTIONS } from "../../store/system";
import { applyLambda } from "./calls";
import type { Context } from "./context";
import { NO_SPAN, type Span } from "../source";
import { timeFromMicros } from "../values/times";
import {
  mapParts,
  NULL,
  object,
  type DocValue,
  type DocVersion,
  type Value,
} from "../values/value";
import { definitionOf } from "./collections";
import { documentName } from "./names";
import { requireDocument } from "./read";
import { isSystem } from "./permissions";
import { asWritten } from "./as-written";
import { readAtPlace } from "./stored-nulls";

/** Fields of the server's own; data of the same name shows under `data`. */
export const RESERVED_FIELDS: ReadonlySet<string> = new Set(
  "id coll ts data delete update replace updateData replaceData exists".split(" "),
);

/** Whether no collection may define a field of that name. */
export function isReservedField(name: string): boolean {
  return RESERVED_FIELDS.has(name) || name === "ttl";
}

function timestamp(cx: Context, version: DocVersion): Value {
  return cx.tx.wroteVersion(version) ? { kind: "transactionTime" } : timeFromMicros(version.ts);
}

function timeToLive({ ttl }: DocVersion): Value | undefined {
  return ttl === undefined ? undefined : { kind: "time", nanos: ttl };
}

function computed(
  cx: Context,
  version: DocVersion,
  name: string,
  readTs: number | undefined,
): Value | undefined {
  const body = definitionOf(cx, version.coll).computed.get(name);
  if (!body) return undefined;
  const { coll, id } = version;
  const pin = readTs === undefined ? {} : { readTs };
  return applyLambda(cx, body, [{ kind: "doc", coll, id, version, ...pin }]);
}

/** What `.data` is: all fields of the user's. System documents have a field of that name. */
function dataOf(version: DocVersion): Value | undefined {
  return isSystem(version.coll) ? version.data.get("data") : object(version.data);
}

function hidden(cx: Context, version: DocVersion, name: string): boolean {
  if (version.coll === SYSTEM_COLLECTIONS.Credential) return name === "password";
  const holder =
    version.coll === SYSTEM_COLLECTIONS.Key || version.coll === SYSTEM_COLLECTIONS.Token;
  return holder && name === "secret" && !cx.revealed.has(version.id);
}

/**
 * A field of a document by name, as it is read at a place; undefined when it has none. The document must be there,
 * except for its identity.
 */
export function documentField(
  cx: Context,
  doc: DocValue,
  name: string,
  place: Span = NO_SPAN,
): Value | undefined {
  if (name === "id" && !isNamed(doc.coll)) return { kind: "id", value: doc.id };
  if (name === "coll") return { kind: "collection", id: doc.coll };
  if (name === "name" && isNamed(doc.coll)) return documentName(cx, doc);
  const version = requireDocument(cx, doc);
  if (name === "ts") return timestamp(cx, version);
  if (name === "ttl") return timeToLive(version);
  if (name === "data") {
    const data = dataOf(version);
    return data === undefined ? undefined : storedValue(data, doc, place);
  }
  if (name === "audience" && version.coll === SYSTEM_COLLECTIONS.AccessProvider)
    return cx.db.audience;
  if (hidden(cx, version, name) || (RESERVED_FIELDS.has(name) && !isSystem(version.coll)))
    return undefined;
  const own = computed(cx, version, name, doc.readTs);
  if (own !== undefined) return own;
  const written = cx.tx.wroteVersion(version) ? asWritten(version, name) : undefined;
  const value = written ?? version.data.get(name);
  return value === undefined ? undefined : storedValue(value, doc, place);
}

/** A value as reading it from a document gives it. */
function storedValue(value: Value, doc: DocValue, place: Span): Value {
  const placed = readAtPlace(value, place);
  return doc.readTs === undefined ? placed : readAt(placed, doc.readTs);
}

/** A stored value whose references read when the document that holds it was read. */
function readAt(value: Value, readTs: number): Value {
  return typeof value === "object" && value.kind === "doc"
    ? { ...value, readTs }
    : mapParts(value, (part) => readAt(part, readTs));
}

/** All fields of a document in the order that answers have. */
export function documentFields(
  cx: Context,
  doc: DocValue,
  version: DocVersion,
): Map<string, Value> {
  const fields = new Map<string, Value>();
  const named = isNamed(version.coll);
  if (named) fields.set("name", version.data.get("name") ?? NULL);
  else fields.set("id", { kind: "id", value: doc.id });
  fields.set("coll", { kind: "collection", id: doc.coll });
  fields.set("ts", timestamp(cx, version));
  const ttl = timeToLive(version);
  if (ttl) fields.set("ttl", ttl);
  for (const name of definitionOf(cx, version.coll).computed.keys())
    fields.set(name, computed(cx, version, name, doc.readTs)!);
  const clashing = new Map<string, Value>();
  for (const [name, value] of version.data) {
    if (hidden(cx, version, name) || (named && name === "name")) continue;
    if (!isSystem(version.coll) && (RESERVED_FIELDS.has(name) || name === "ttl"))
      clashing.set(name, value);
    else fields.set(name, value);
  }
  if (clashing.size) fields.set("data", object(clashing));
  if (version.coll === SYSTEM_COLLECTIONS.AccessProvider) fields.set("audience", cx.db.audience);
  return fields;
}

/** The document as a plain object, for `Object.keys` and its kin. */
export function documentObject(cx: Context, doc: DocValue): Map<string, Value> {
  const version = requireDocument(cx, doc);
  const { computed: own } = definitionOf(cx, version.coll);
  const read = ([name, value]: [string, Value]): [string, Value] => [
    name,
    own.has(name) ? value : readAtPlace(value, NO_SPAN),
  ];
  return new Map([...documentFields(cx, doc, version)].map(read));
}
