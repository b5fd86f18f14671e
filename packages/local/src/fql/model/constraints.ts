import { isNamed } from "../../store/system";
import type { Context } from "./context";
import type { ConstraintFailure, QueryError } from "../errors";
import { isNull, type DocValue, type DocVersion, type Fields } from "../values/value";
import { applyLambda } from "./calls";
import { definitionOf, uniqueIndexName, type CollectionDefinition } from "./collections";
import { RESERVED_FIELDS } from "./document-fields";
import { collectionName, documentName, names } from "./names";
import { isSystem } from "./permissions";
import type { IndexPosition } from "../../store/index-store";
import { uniqueV4Indexes, V4_INDEX_PREFIX } from "./v4-indexes";
import type { Shape } from "./shape";
import { ShapeCheck } from "./shapes";

/** The failure of a write, at the innermost call; without `doc` of a creation. */
export function failed(
  cx: Context,
  coll: number,
  doc: DocValue | null,
  failures: readonly ConstraintFailure[],
): QueryError {
  return cx.error("constraint_failure", failureTitle(cx, coll, doc), { failures });
}

function failureTitle(cx: Context, coll: number, doc: DocValue | null): string {
  const name = collectionName(cx, coll);
  if (isNamed(coll))
    return doc
      ? `Failed to update ${name} \`${documentName(cx, doc) ?? ""}\`.`
      : `Failed to create ${name}.`;
  if (isSystem(coll))
    return doc ? `Failed to update ${name} with id ${doc.id}.` : `Failed to create ${name}.`;
  return doc
    ? `Failed to update document with id ${doc.id} in collection \`${name}\`.`
    : `Failed to create document in collection \`${name}\`.`;
}

/** Fields of the server's own that a write may not name. */
export function reservedFailures(given: Fields, creating: boolean): ConstraintFailure[] {
  return [...given.keys()]
    .filter((name) => RESERVED_FIELDS.has(name) && !(creating && name === "id"))
    .map((name) => ({ paths: [[name]], message: "Is a reserved field and cannot be used" }));
}

/** The same of a document of the server's own, which has a field `data`. */
export function reservedSystemFailures(given: Fields, creating: boolean): ConstraintFailure[] {
  return reservedFailures(given, creating).filter(({ paths }) => paths[0]![0] !== "data");
}

/** Computed fields that a write names. */
export function computedFailures(
  definition: CollectionDefinition,
  given: Fields,
): ConstraintFailure[] {
  return [...definition.computed.keys()]
    .filter((name) => given.has(name))
    .map((name) => ({ paths: [[name]], message: "Cannot write to a computed field" }));
}

/** Defined fields that are missing, wrong or not defined, of data with its nulls still in it. */
export function fieldFailures(
  cx: Context,
  definition: CollectionDefinition,
  data: Fields,
  onlyData: boolean,
): readonly ConstraintFailure[] {
  if (!definition.fields && !definition.wildcard) return [];
  const check = new ShapeCheck((name) => names(cx).collections.get(name));
  const shapes = new Map<string, Shape>(
    [...(definition.fields ?? [])].map(([name, field]) => [name, field.shape]),
  );
  check.object(shapes, definition.wildcard, { kind: "object", fields: data }, []);
  // Fields that have the name of one that is stored are known by where they are.
  const clashes = ([name = ""]: readonly (string | number)[]): boolean =>
    ["id", "ts", "ttl"].includes(String(name));
  return check.failures.map((failure) => ({
    ...failure,
    paths: failure.paths.map((path) => (onlyData && clashes(path) ? ["data", ...path] : path)),
  }));
}

function uniqueFailures(
  cx: Context,
  definition: CollectionDefinition,
  version: DocVersion,
  before: DocVersion | null,
): ConstraintFailure[] {
  const message = "Failed unique constraint";
  const taken = (
    name: string,
    is: (entry: IndexPosition, bucket: string) => boolean = () => true,
  ): boolean => {
    const index = cx.db.collection(version.coll).index(name)!;
    // What a document had already is not asked for again: others may have had it before the constraint was made.
    const had = new Set(before && !cx.isV4 ? index.bucketsOf(before) : []);
    return index.bucketsOf(version).some((bucket) => {
      if (had.has(bucket)) return false;
      for (const entry of index.scan(bucket, cx.tx.ts, {}, false, null))
        if (
          entry.id !== version.id &&
          is(entry, bucket) &&
          cx.db.read(version.coll, entry.id, cx.tx.ts)
        )
          return true;
      return false;
    });
  };
  const built = cx.db.collection(version.coll).indexNames();
  const own = definition.unique.map((terms) => {
    const name = uniqueIndexName(terms);
    const failure: ConstraintFailure = { paths: terms.map(({ path }) => path), message };
    return { name, isTaken: () => taken(name), failure };
  });
  // In FQL v4 a document may share its terms with another if their values differ.
  const takenRow = (name: string): boolean => {
    const index = cx.db.collection(version.coll).index(name)!;
    const rowsOf = (of: DocVersion | null): Set<string> =>
      new Set(of ? index.valuesOf(of).map((row) => index.keyOf(row)) : []);
    const [rows, had] = [rowsOf(version), rowsOf(before)];
    const hadIn = new Set(before ? index.bucketsOf(before) : []);
    return taken(name, ({ values }, bucket) => {
      const row = index.keyOf(values);
      return rows.has(row) && !(had.has(row) && hadIn.has(bucket));
    });
  };
  const ofV4 = uniqueV4Indexes(cx, version.coll).map((name) => ({
    name,
    isTaken: () => takenRow(name),
    failure: { paths: [], message, index: name.slice(V4_INDEX_PREFIX.length) },
  }));
  return [...own, ...ofV4]
    .sort((a, b) => built.indexOf(a.name) - built.indexOf(b.name))
    .filter(({ isTaken }) => isTaken())
    .map(({ failure }) => failure);
}

function checkFailures(
  cx: Context,
  definition: CollectionDefinition,
  { coll, id }: DocVersion,
  readTs: number | undefined,
): ConstraintFailure[] {
  // As the writer sees it: a check that reads a document which the writer may not see fails, and one of the past is past.
  const doc: DocValue = { kind: "doc", coll, id, ...(readTs === undefined ? {} : { readTs }) };
  return definition.checks.flatMap(({ name, body }) => {
    const result = cx.withEffect({ allowed: "read", where: "check constraints" }, () =>
      applyLambda(cx, body, [doc]),
    );
    if (result === true) return [];
    if (result === false || isNull(result))
      return [{ paths: [], message: `Document failed check constraint \`${name}\`` }];
    return [
      {
        paths: [],
        message: `Error evaluating check constraint \`${name}\`: function returned a non-boolean value`,
      },
    ];
  });
}

/** Unique constraints first, then checks. */
export function enforce(
  cx: Context,
  version: DocVersion,
  doc: DocValue | null,
  before: DocVersion | null,
): void {
  const definition = definitionOf(cx, version.coll);
  const clashes = uniqueFailures(cx, definition, version, before);
  if (clashes.length)
    throw cx.error("constraint_failure", "Failed unique constraint.", { failures: clashes });
  const broken = checkFailures(cx, definition, version, doc?.readTs);
  if (broken.length) throw failed(cx, version.coll, doc, broken);
}
