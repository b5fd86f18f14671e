import * as fauna from "fauna";

import { furtherClasses, type ValueClass } from "../../drivers/value-classes";

/** The only field of an object that stands for something else than itself: `{"@": [kind, …]}`. */
export const TAG = "@";

/** Kinds that are not classes of a driver. */
export type Kind = "undefined" | "number" | "bigint" | "bytes" | "date" | "error" | "object";

const V10: ReadonlyMap<string, ValueClass> = new Map<string, ValueClass>(
  Object.entries({
    DateStub: fauna.DateStub,
    Document: fauna.Document,
    DocumentReference: fauna.DocumentReference,
    EmbeddedSet: fauna.EmbeddedSet,
    Module: fauna.Module,
    NamedDocument: fauna.NamedDocument,
    NamedDocumentReference: fauna.NamedDocumentReference,
    NullDocument: fauna.NullDocument,
    Page: fauna.Page,
    StreamToken: fauna.StreamToken,
    TimeStub: fauna.TimeStub,
  }),
);

/** The class of a name, such as `"Document"`, or of FQL v4 `"v4.Ref"`. */
export const classNamed = (name: string): ValueClass | undefined =>
  V10.get(name) ?? furtherClasses().get(name);

/** The name of the class that a value is an instance of; a minified class has lost its own. */
export function nameOf(value: object): string | undefined {
  const { constructor } = Object.getPrototypeOf(value) as { constructor?: unknown };
  for (const classes of [V10, furtherClasses()])
    for (const [name, each] of classes) if (each === constructor) return name;
  return undefined;
}

/** How to get the classes of FQL v4. */
export const NO_V4 =
  'The classes of FQL v4 are not there. Call faunaV4() of "fauna-clerk/v4" first.';
