import { isUnreservedIdentifier } from "../../parser/scanner";
import { describeArity } from "../arity";
import type { Context } from "../context";
import { CheckError, type ConstraintFailure, type QueryError } from "../../errors";
import type { TypeExpr } from "../../ast";
import { parseLambda, parseType } from "../../parser";
import { summarize } from "../../summary";
import {
  NULL,
  type DocVersion,
  type ObjectValue,
  type Value,
  type Fields,
} from "../../values/value";
import { names } from "../names";
import type { Shape } from "../shape";
import { ShapeCheck } from "../shapes";

/** How documents of one system collection are checked and kept. */
export interface SystemModel {
  /** What is wrong with the fields of a document that is to be written. */
  check(cx: Context, fields: Fields, before: DocVersion | null): readonly ConstraintFailure[];
  /** What a document is made of or replaced by, with what holds where nothing was said. */
  initial(given: Fields): Fields;
  /** The fields as they are kept, with what the server adds. */
  complete(cx: Context, fields: Fields, before: DocVersion | null): { id: bigint; data: Fields };
  /** What `replace` keeps of the document as it was. */
  replaced(before: DocVersion, fields: Fields): Fields;
  /** After a write: what else changes with it. */
  written(cx: Context, version: DocVersion, before: DocVersion | null): void;
  /** Before a deletion: refuses it if something hangs on the document. */
  deleting(cx: Context, version: DocVersion): void;
}

export const BASE_MODEL: SystemModel = {
  check: () => [],
  initial: (given) => given,
  complete: (cx, fields, before) => ({ id: before?.id ?? cx.db.newSystemId(), data: fields }),
  replaced: (_before, fields) => fields,
  written: () => undefined,
  deleting: () => undefined,
};

/** Whether a field may be of several types besides null. */
function hasAlternatives(shape: Shape, name: string): boolean {
  const field = shape.kind === "object" ? shape.fields.get(name) : undefined;
  const isNullShape = (each: Shape): boolean => each.kind === "name" && each.name === "Null";
  return field?.kind === "union" && field.of.filter((each) => !isNullShape(each)).length > 1;
}

/**
 * What is wrong with the fields of a document, as the server finds it in one go: each field that is given in its place,
 * its type before its contents, then what is missing. `contents` are the failures of fields' contents.
 */
export function fieldFailures(
  cx: Context,
  shape: Shape,
  fields: Fields,
  contents: readonly ConstraintFailure[],
): ConstraintFailure[] {
  const types = shapeFailures(cx, shape, fields);
  const fieldOf = ({ paths }: ConstraintFailure): string => String(paths[0]?.[0]);
  // What may be of several types is not looked into where it is of none of them.
  const mistyped = new Set(types.map(fieldOf).filter((name) => hasAlternatives(shape, name)));
  const judged = contents.filter((each) => !mistyped.has(fieldOf(each)));
  // A field as a whole is looked at once all that is in it is right.
  const [inside, whole] = [true, false].map((is) =>
    judged.filter(({ paths }) => paths[0]!.length > 1 === is),
  ) as [ConstraintFailure[], ConstraintFailure[]];
  const wrong = new Set([...types, ...inside].map(fieldOf));
  const found = [...inside, ...whole.filter((each) => !wrong.has(fieldOf(each)))];
  const places = new Map([...fields.keys()].map((name, place) => [name, place]));
  const placeOf = (failure: ConstraintFailure): number =>
    places.get(fieldOf(failure)) ?? places.size;
  return [...types, ...found].sort((a, b) => placeOf(a) - placeOf(b));
}

export function shapeFailures(cx: Context, shape: Shape, fields: Fields): ConstraintFailure[] {
  const check = new ShapeCheck((name) => names(cx).collections.get(name));
  if (shape.kind === "object")
    check.object(shape.fields, shape.rest, { kind: "object", fields }, []);
  return check.failures;
}

/** The failure of a name that is no identifier. */
export function nameFailures(cx: Context, fields: Fields): ConstraintFailure[] {
  const name = fields.get("name");
  return typeof name === "string" && !cx.isV4 && !isUnreservedIdentifier(name)
    ? [{ paths: [["name"]], message: "Invalid identifier." }]
    : [];
}

/** Another document of the collection with the same value in a field. */
export function clash(
  versions: readonly DocVersion[],
  fields: Fields,
  field: string,
  before: DocVersion | null,
): boolean {
  const value = fields.get(field);
  return (
    value !== undefined &&
    versions.some((version) => version.id !== before?.id && version.data.get(field) === value)
  );
}

/** The error of fields whose values another document has. */
export function notUnique(cx: Context, fields: readonly string[]): QueryError {
  const message = "Failed unique constraint";
  const failures = fields.map((field) => ({ paths: [[field]], message }));
  return cx.error("constraint_failure", `${message}.`, { failures });
}

/** The failure of text that is not a lambda of one of the given arities. */
export function lambdaFailure(
  text: Value | undefined,
  name: string,
  path: readonly (string | number)[],
  arities?: readonly number[],
): ConstraintFailure[] {
  if (typeof text !== "string") return [];
  try {
    const lambda = parseLambda({ name: `*${name}*`, text });
    const count = lambda.kind === "shortLambda" ? 1 : lambda.params.length;
    if (!arities || arities.includes(count)) return [];
    const wanted = describeArity({ min: 0, rest: false, counts: arities }, "argument");
    const message = `Invalid function arity. Expected ${wanted}, but the function was defined with ${count} arguments`;
    return [{ paths: [path], message }];
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    return [
      {
        paths: [path],
        message: `Unable to parse FQL source code.\n${summarize(error.diagnostics)}`,
      },
    ];
  }
}

/** The failure of a type that cannot be read. */
export function signatureFailure(
  value: Value | undefined,
  path: readonly (string | number)[],
  read: (text: string, name: string) => TypeExpr = parseType,
  name = "*signature*",
): ConstraintFailure[] {
  if (typeof value !== "string") return [];
  try {
    read(value, name);
    return [];
  } catch (error) {
    if (!(error instanceof CheckError)) throw error;
    const message = `Failed parsing user-provided signature.\n${summarize(error.diagnostics)}`;
    return [{ paths: [path], message }];
  }
}

/** The fields of an object that are objects themselves. */
export function objectsIn(value: Value | undefined): [string, ObjectValue][] {
  if (typeof value !== "object" || value.kind !== "object") return [];
  return [...value.fields].filter(
    (entry): entry is [string, ObjectValue] =>
      typeof entry[1] === "object" && entry[1].kind === "object",
  );
}

export function textOf(fields: Fields, name: string): string {
  const value = fields.get(name) ?? NULL;
  return typeof value === "string" ? value : "";
}
