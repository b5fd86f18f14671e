import { TaggedTypeFormat } from "fauna";

import { furtherClasses, VALUE_CLASSES, type ValueClass } from "../client/value-classes";
import { isSerializationError, SerializationError } from "../errors";

/** The only field of an object that stands for something else than itself: `{"@": [kind, …payload]}`. */
export const TAG = "@";

/** Kinds that are not classes of a driver. */
export type Kind = "undefined" | "number" | "bigint" | "bytes" | "date" | "error" | "object";

/** The names under which the classes of the `fauna` driver are written, in the order of those. */
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

/** The class of a name, such as `"Document"`, or of FQL v4 `"v4.Ref"`. */
export const classNamed = (name: string): ValueClass | undefined =>
  VALUE_CLASSES[NAMES.indexOf(name)] ?? furtherClasses().get(name);

/** The name of the class that a value is an instance of; a minified class has lost its own. */
export const nameOf = ({ constructor }: object): string | undefined =>
  NAMES[VALUE_CLASSES.indexOf(constructor)] ??
  [...furtherClasses()].find(([, each]) => each === constructor)?.[0];

/** How to get the classes of FQL v4. */
export const NO_V4 = 'Call faunaV4() of "fauna-clerk/v4" first.';

/** For `JSON.stringify`: what stands for a value in JSON. */
export function encode(this: Readonly<Record<string, unknown>>, key: string): unknown {
  // As it was before any toJSON.
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
      throw unknown(typeof value);
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
  // Why a query failed is part of its state. What it carries beside its text is not to be kept.
  if (value instanceof Error) return tag("error", value.name, value.message);
  const prototype = Object.getPrototypeOf(value) as object | null;
  const name = prototype && nameOf(prototype);
  if (name) return tag(name, { ...value });
  if (prototype && Object.getPrototypeOf(prototype))
    throw "_isFaunaExpr" in value
      ? new SerializationError("unknown_class", NO_V4)
      : unknown(`an instance of ${prototype.constructor.name}`);
  return Object.hasOwn(value, TAG) ? tag("object", Object.entries(value)) : value;
}

const tag = (kind: Kind | (string & {}), ...payload: unknown[]): object => ({
  [TAG]: [kind, ...payload],
});

const unknown = (what: string): SerializationError =>
  new SerializationError("not_serializable", `Not a value of Fauna's: ${what}.`);

/** JSON.parse leaves out what comes as undefined, so this stands for it until the object around it is there. */
const UNDEFINED = {};

const kinds: Readonly<Record<Kind, (...payload: never[]) => unknown>> = {
  undefined: () => UNDEFINED,
  number: Number,
  bigint: BigInt,
  bytes: (text: string): unknown => TaggedTypeFormat.decode(text, { long_type: "number" }),
  date: (time: number) => new Date(time),
  error: (name: string, message: string) => Object.assign(new Error(message), { name }),
  object: Object.fromEntries,
};

/** For `JSON.parse`: the value that `encode` has written. */
export function decode(_key: string, json: unknown): unknown {
  if (typeof json !== "object" || json === null) return json;
  const fields = json as Record<string, unknown>;
  for (const key in fields) if (fields[key] === UNDEFINED) fields[key] = undefined;
  return Object.hasOwn(fields, TAG) ? untag(fields[TAG] as never) : json;
}

function untag([kind, ...payload]: [kind: string, ...payload: never[]]): unknown {
  if (Object.hasOwn(kinds, kind)) return kinds[kind as Kind](...payload);
  const { prototype } = classNamed(kind) ?? unknownClass(kind);
  // Not by the constructor: of some classes it takes something else than what they have.
  return Object.setPrototypeOf(payload[0], prototype);
}

function unknownClass(name: string): never {
  const message = name.startsWith("v4.") ? NO_V4 : `There is no class ${name} here.`;
  throw new SerializationError("unknown_class", message);
}

/** What every text begins with: format and version. */
const FORMAT = "fauna-clerk/";
const HEAD = `${FORMAT}1 `;

/** Writes Fauna's values as text and reads them back, as TanStack's persisters want it. */
export interface FaunaSerializer {
  /** @throws SerializationError (`not_serializable`) for a function, a symbol, a promise, a class that it does not know. */
  readonly serialize: (value: unknown) => string;
  /**
   * @throws SerializationError for a text that `serialize` has not written (`not_serialized`), that another version of
   * it has (`unknown_version`), or that has classes of a driver that is not there (`unknown_class`).
   */
  readonly deserialize: <T>(text: string) => T;
}

/**
 * Carries whatever a Fauna query returns through text and back, without loss: documents, references, pages, times,
 * dates, bytes, modules, bigint, -0, NaN and undefined come back as what they were, instances of the driver's own
 * classes, and so do the values of FQL v4 once `faunaV4()` was called. For TanStack's persisters.
 *
 * @example
 * ```ts
 * import { createSyncStoragePersister } from "@tanstack/query-sync-storage-persister";
 *
 * const persister = createSyncStoragePersister({ storage: localStorage, ...faunaSerializer });
 * ```
 */
export const faunaSerializer: FaunaSerializer = {
  // In an array, as undefined by itself is no JSON.
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
