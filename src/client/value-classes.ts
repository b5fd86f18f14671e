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

/** A driver's class of values. */
export interface ValueClass {
  readonly prototype: object;
}

/** The classes of the `fauna` driver. One by one, because its namespace would keep all else of it in the bundle. */
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

// One per page, so that an entry finds the classes that another one, or another copy of this package, brought.
const KEY = Symbol.for("fauna-clerk.value-classes");

/** The classes of the drivers beside `fauna`, by the names under which they are written. */
export const furtherClasses = (): Map<string, ValueClass> =>
  ((globalThis as Registry)[KEY] ??= new Map<string, ValueClass>());
