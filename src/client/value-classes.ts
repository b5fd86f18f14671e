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
  TimeStub,
} from "fauna";

/** A class of a driver's values. */
export interface ValueClass {
  readonly prototype: object;
}

/**
 * The value classes of the `fauna` driver. Imported one by one, because a namespace import would keep the whole
 * driver in the bundle.
 */
export const VALUE_CLASSES: readonly ValueClass[] = [
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
  TimeStub,
];

type Registry = Record<symbol, Map<string, ValueClass> | undefined>;

// One per page, so that an entry finds classes that another entry, or another copy of this package, has registered.
const KEY = Symbol.for("fauna-clerk.value-classes");

/** The value classes of all drivers but `fauna`, by their serialized names. */
export const furtherClasses = (): Map<string, ValueClass> =>
  ((globalThis as Registry)[KEY] ??= new Map<string, ValueClass>());
