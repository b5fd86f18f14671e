import { TaggedTypeFormat } from "fauna";

import { furtherClasses, VALUE_CLASSES, type ValueClass } from "../client/value-classes";
import { isSerializationError, SerializationError } from "../errors";

/** The only field of an object that encodes another value: `{"@": [kind, …payload]}`. */
export const TAG = "@";

/** Kinds of encoded values, apart from the classes of a driver. */
export type Kind = "undefined" | "number" | "bigint" | "bytes" | "date" | "error" | "object";

/** The serialized names of the `fauna` driver's classes, in the order of `VALUE_CLASSES`. */
const NAMES = [
  "DateStub",
  "Document",
  "DocumentReference",
  "EmbeddedSet",
  "Module",
  "NamedDocument",
  "NamedDocumentReference",
  "NullDocument",
  "Page",
  "StreamToken",
  "TimeStub",
];

/** Returns the class with a serialized name, such as `"Document"`, or `"v4.Ref"` for FQL v4. */
export const classNamed = (name: string): ValueClass | undefined =>
  VALUE_CLASSES[NAMES.indexOf(name)] ?? furtherClasses().get(name);

/** Returns the serialized name of an instance's class. The class's own name may have been minified. */
export const nameOf = ({ constructor }: object): string | undefined =>
  NAMES[VALUE_CLASSES.indexOf(constructor)] ??
  [...furtherClasses()].find(([, each]) => each === constructor)?.[0];

/** How to get the classes of FQL v4. */
export const NO_V4 = 'Call faunaV4() of "fauna-clerk/v4" first.';

/** Replacer for `JSON.stringify`: encodes what JSON does not have. */
export function encode(this: Readonly<Record<string, unknown>>, key: string): unknown {
  // The original value: `JSON.stringify` has already called its toJSON.
  const value = this[key];
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : tag("number", Object.is(value, -0) ? "-0" : String(value));
    case "bigint":
      return tag("bigint", String(value));
    case "undefined":
      return tag("undefined");
    case "function":
    case "symbol":
      throw notSerializable(typeof value);
    case "object":
      return value && encodeObject(value);
    default:
      return value;
  }
}

function encodeObject(value: object): unknown {
  if (Array.isArray(value)) return value;
  if (value instanceof Uint8Array)
    return tag("bytes", JSON.stringify(TaggedTypeFormat.encode(value)));
  if (value instanceof Date) return tag("date", value.getTime());
  // A failed query's error is part of its state. Store only name and message: other fields may hold anything.
  if (value instanceof Error) return tag("error", value.name, value.message);
  const prototype = Object.getPrototypeOf(value) as object | null;
  const name = prototype && nameOf(prototype);
  if (name) return tag(name, { ...value });
  if (prototype && Object.getPrototypeOf(prototype))
    throw "_isFaunaExpr" in value
      ? new SerializationError("unknown_class", NO_V4)
      : notSerializable(`an instance of ${prototype.constructor.name}`);
  return Object.hasOwn(value, TAG) ? tag("object", Object.entries(value)) : value;
}

const tag = (kind: Kind | (string & {}), ...payload: unknown[]): object => ({
  [TAG]: [kind, ...payload],
});

/** The error for what is no value of Fauna's. */
export const notSerializable = (what: string): SerializationError =>
  new SerializationError("not_serializable", `Not a value of Fauna's: ${what}.`);

/** `JSON.parse` drops a field whose reviver returns undefined. This takes its place until its object is revived. */
const UNDEFINED = {};

const kinds: Readonly<Record<Kind, (...payload: never[]) => unknown>> = {
  undefined: () => UNDEFINED,
  number: Number,
  bigint: BigInt,
  bytes(text: string) {
    const value: unknown = TaggedTypeFormat.decode(text, { long_type: "number" });
    // The driver reads no bytes as an object.
    return value instanceof Uint8Array ? value : new Uint8Array();
  },
  date: (time: number) => new Date(time),
  error: (name: string, message: string) => Object.assign(new Error(message), { name }),
  object: Object.fromEntries,
};

/** Reviver for `JSON.parse`: decodes what `encode` has written. */
export function decode(_key: string, json: unknown): unknown {
  if (typeof json !== "object" || json === null) return json;
  const fields = json as Record<string, unknown>;
  for (const key in fields) if (fields[key] === UNDEFINED) fields[key] = undefined;
  return Object.hasOwn(fields, TAG) ? untag(fields[TAG] as never) : json;
}

function untag([kind, ...payload]: [kind: string, ...payload: never[]]): unknown {
  if (Object.hasOwn(kinds, kind)) return kinds[kind as Kind](...payload);
  const { prototype } = classNamed(kind) ?? unknownClass(kind);
  // Don't call the constructor: some take other arguments than the fields they store.
  return Object.setPrototypeOf(payload[0], prototype);
}

function unknownClass(name: string): never {
  const message = name.startsWith("v4.") ? NO_V4 : `There is no class ${name} here.`;
  throw new SerializationError("unknown_class", message);
}

/** The beginning of every text: format and version. */
const FORMAT = "fauna-clerk/";
const HEAD = `${FORMAT}1 `;

/** Converts Fauna's values to text and back, in the form that TanStack's persisters need. */
export interface FaunaSerializer {
  /**
   * @throws SerializationError (`not_serializable`) for a function, a symbol, or an instance of an unknown class,
   * such as a promise.
   */
  readonly serialize: (value: unknown) => string;
  /**
   * @throws SerializationError for a text that `serialize` has not written (`not_serialized`), that another version
   * has written (`unknown_version`), or that contains classes of a missing driver (`unknown_class`).
   */
  readonly deserialize: <T>(text: string) => T;
}

/**
 * Converts any result of a Fauna query to text and back without loss, for TanStack's persisters. Documents,
 * references, pages, times, dates, bytes, modules, bigint, -0, NaN and undefined come back as they were, as
 * instances of the driver's own classes. So do the values of FQL v4, once `faunaV4()` has been called.
 *
 * @example
 * ```ts
 * import { createSyncStoragePersister } from "@tanstack/query-sync-storage-persister";
 *
 * const persister = createSyncStoragePersister({ storage: localStorage, ...faunaSerializer });
 * ```
 */
export const faunaSerializer: FaunaSerializer = {
  // In an array, because `decode` restores undefined only inside an object or array.
  serialize: (value) => HEAD + JSON.stringify([value], encode),

  deserialize(text) {
    const isKnown = text.startsWith(HEAD);
    if (!isKnown && text.startsWith(FORMAT))
      throw new SerializationError("unknown_version", "Another version wrote this. Discard it.");
    try {
      const [value] = JSON.parse(isKnown ? text.slice(HEAD.length) : "", decode) as [never];
      return value;
    } catch (cause) {
      if (isSerializationError(cause)) throw cause;
      throw new SerializationError("not_serialized", "No text of faunaSerializer.", { cause });
    }
  },
};
