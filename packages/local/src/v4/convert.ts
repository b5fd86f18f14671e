import type { DocValue, Value } from "../fql/values/value";
import { SYSTEM_COLLECTIONS } from "../store";
import { invalidArgument, type Position } from "./errors";
import { JavaFault } from "./java-fault";
import type { References } from "./references";
import { Renderer } from "./render";
import {
  DocumentView,
  isArray,
  isObject,
  Lambda,
  Page,
  Ref,
  SetRef,
  TransactionTime,
  type V4Object,
  type V4Value,
} from "./values";

const INT32 = { min: -(2n ** 31n), max: 2n ** 31n - 1n };

/** A value as the store keeps it, which is a value of FQL v10. */
export function toStore(value: V4Value, references: References, position: Position): Value {
  if (value === null) return { kind: "null", cause: { why: "reason", reason: "", span: NOWHERE } };
  if (typeof value === "bigint") return toStoredInteger(value);
  if (typeof value === "number") return { kind: "double", value };
  if (typeof value !== "object") return value;
  if (value instanceof Ref) return toStoredRef(value, references, position);
  if (value instanceof Page) return toStore(value.toObject(), references, position);
  if (value instanceof Lambda) return { kind: "query", text: new Renderer("4").lambda(value) };
  if (value instanceof TransactionTime) return toStoredInteger(value.micros);
  if (value instanceof SetRef) return storedSet(value, references, position);
  if (isArray(value))
    return {
      kind: "array",
      items: value.map((item, i) => toStore(item, references, [...position, i])),
    };
  if (!isObject(value)) return value;
  const fields = storedEntries(value).map(([key, item]): [string, Value] => [
    key,
    toStore(item, references, [...position, key]),
  ]);
  return { kind: "object", fields: new Map(fields) };
}

/** What is kept of an object; a document within another is kept with its collection, by both of its names. */
export function storedEntries(value: V4Object): [string, V4Value][] {
  if (!(value instanceof DocumentView)) return [...value];
  const ref = value.get("ref");
  const collection = ref instanceof Ref ? ref.collection : null;
  return [...value].flatMap(([key, part]): [string, V4Value][] => {
    if (key !== "ref") return [[key, part]];
    return [
      [key, part],
      ["class", collection],
      ["collection", collection],
    ];
  });
}

/** Sets that the server cannot keep, by the names that they have there. */
const UNSTORABLE: Readonly<Record<string, string>> = {
  singleton: "DocSingletonSet",
  range: "RangeSet",
  reverse: "ReverseSet",
};

function nameInJava(
  kind: string,
  { singleton }: Readonly<Record<string, V4Value>>,
  references: References,
): string {
  const document = singleton instanceof Ref ? references.toDocument(singleton) : undefined;
  const id = document ? `DocID(${document.id},C${document.coll})` : "";
  return `${UNSTORABLE[kind]}(ScopeID(${references.db.newId()}),${id})`;
}

/** Sets that are made of others are kept as a list of them, also of one. */
const SEVERAL = /^(union|intersection|difference)$/;

/** A set is kept as what names it. */
function storedSet(set: SetRef, references: References, position: Position): Value {
  const shown = set.view?.shown ?? { documents: set.collection };
  const unknown = Object.keys(shown).find((key) => key in UNSTORABLE);
  if (unknown !== undefined)
    throw new JavaFault(
      `java.lang.IllegalStateException: Unknown set ${nameInJava(unknown, shown, references)}.`,
    );
  const parts = Object.entries(shown).map(([key, part]): [string, Value] => [
    key,
    toStore(SEVERAL.test(key) ? [part].flat() : part, references, position),
  ]);
  return {
    kind: "object",
    fields: new Map([["@set", { kind: "object", fields: new Map(parts) }]]),
  };
}

const NOWHERE = { start: 0, end: 0, source: { name: "*query*", text: "" } };

function toStoredInteger(value: bigint): Value {
  const small = value >= INT32.min && value <= INT32.max;
  return small ? { kind: "int", value: Number(value) } : { kind: "long", value };
}

/** The collections of schema documents are collections, too. */
function collectionOfSystem(ref: Ref, references: References): DocValue | undefined {
  const coll = ref.collection === null ? references.collectionId(ref) : undefined;
  if (coll === undefined) return undefined;
  return { kind: "doc", coll: SYSTEM_COLLECTIONS.Collection, id: BigInt(coll) };
}

function toStoredRef(ref: Ref, references: References, position: Position): Value {
  const document = references.toDocument(ref) ?? collectionOfSystem(ref, references);
  if (document) return document;
  throw invalidArgument(
    "A reference to a collection that does not exist cannot be stored.",
    position,
  );
}

/** A stored value as a value of v4. Values that v4 does not have become null. */
export function fromStore(value: Value, references: References): V4Value {
  if (typeof value !== "object") return value;
  switch (value.kind) {
    case "int":
      return BigInt(value.value);
    case "long":
    case "double":
      return value.value;
    case "time":
    case "date":
    case "bytes":
    case "uuid":
      return value;
    case "id":
      return String(value.value);
    case "doc":
      return references.toRef(value);
    case "query":
      return references.lambda(value);
    case "array":
      return value.items.map((item) => fromStore(item, references));
    case "object":
      return fromFields(value.fields, references);
    default:
      return null;
  }
}

export function fromFields(
  fields: ReadonlyMap<string, Value>,
  references: References,
): ReadonlyMap<string, V4Value> {
  return new Map([...fields].map(([key, value]) => [key, fromStore(value, references)]));
}

/** A value of JSON that was read without loss, such as the claims of a token. */
export function fromJson(value: unknown): V4Value {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== "object" || value === null) return value as V4Value;
  return new Map(Object.entries(value).map(([key, item]) => [key, fromJson(item)]));
}
