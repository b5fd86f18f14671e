import {
  DateStub,
  Document,
  DocumentReference,
  EmbeddedSet,
  Module,
  NamedDocument,
  NamedDocumentReference,
  NullDocument,
  Page,
  StreamToken,
  TaggedTypeFormat,
  TimeStub,
} from "fauna";

import { notSerializable } from "../cache/serializer";

/**
 * Converts a result of a Fauna query to Fauna's own tagged format. The driver's decoder, which every app has, makes
 * the same value of it. The driver's own encoder is for arguments: it keeps only the reference of a document.
 *
 * @throws SerializationError (`not_serializable`) for what is no value of Fauna's.
 */
export const encodeValues = (value: unknown): string => JSON.stringify(encode(value));

function encode(value: unknown): unknown {
  switch (typeof value) {
    case "bigint":
      return { "@long": String(value) };
    case "number":
      // JSON has no others.
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { "@double": Object.is(value, -0) ? "-0" : String(value) };
    case "object":
      return value && encodeObject(value);
    case "function":
    case "symbol":
      throw notSerializable(`a ${typeof value}`);
    default:
      return value;
  }
}

function encodeObject(value: object): unknown {
  if (Array.isArray(value)) return value.map(encode);
  if (value instanceof Uint8Array) return TaggedTypeFormat.encode(value);
  const prototype = Object.getPrototypeOf(value) as object | null;
  const encodeInstance = CLASSES.get(prototype?.constructor);
  if (encodeInstance) return encodeInstance(value as never);
  if (prototype && prototype !== Object.prototype)
    throw notSerializable(`an instance of ${prototype.constructor.name}`);
  const fields = encodeFields(value);
  return Object.keys(fields).some((name) => name.startsWith("@")) ? { "@object": fields } : fields;
}

function encodeFields(value: object): object {
  // A field named __proto__ can be set, too: the copy already has it as a field of its own.
  const fields = { ...value } as Record<string, unknown>;
  for (const name of Object.keys(fields)) {
    const field = fields[name];
    const encoded = encode(field);
    // Most fields are texts, and stay as they are.
    if (encoded !== field) fields[name] = encoded;
  }
  return fields;
}

const doc = (value: object): object => ({ "@doc": encodeFields(value) });
const ref = (value: object): object => ({ "@ref": encodeFields(value) });

const CLASSES: ReadonlyMap<unknown, (value: never) => object> = new Map<
  unknown,
  (value: never) => object
>([
  [Document, doc],
  [NamedDocument, doc],
  [DocumentReference, ref],
  [NamedDocumentReference, ref],
  [
    NullDocument,
    ({ ref: of, cause }: NullDocument) => ({
      "@ref": { ...encodeFields(of), exists: false, cause },
    }),
  ],
  [Page, (page: object) => ({ "@set": encodeFields(page) })],
  [EmbeddedSet, ({ after }: EmbeddedSet) => ({ "@set": after })],
  [Module, ({ name }: Module) => ({ "@mod": name })],
  [TimeStub, ({ isoString }: TimeStub) => ({ "@time": isoString })],
  [DateStub, ({ dateString }: DateStub) => ({ "@date": dateString })],
  [StreamToken, ({ token }: StreamToken) => ({ "@stream": token })],
]);
