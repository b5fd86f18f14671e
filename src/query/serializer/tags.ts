import { furtherClasses, VALUE_CLASSES, type ValueClass } from "../../drivers/value-classes";

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
