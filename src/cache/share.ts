/** A possible document: one of the driver's, a reference, a null document, or a projection with an id. */
export interface Row {
  readonly id?: unknown;
  readonly name?: unknown;
  readonly ref?: Row;
  readonly coll?: { readonly name: string };
  /** FQL v4 only. */
  readonly collection?: { readonly id: string };
}

/** Returns what identifies a row wherever it is in its list: the collection and id of its document. */
export function rowKey(row: Row | null | undefined): unknown {
  const id = row?.id ?? row?.name ?? {};
  if (typeof id === "object") return row?.ref && rowKey(row.ref);
  return `${row?.coll?.name ?? row?.collection?.id} ${id as string}`;
}

interface Class {
  readonly prototype: object;
  readonly from?: unknown;
}

// For null this is Number, which is not shared either.
const classOf = (value: unknown): Class | undefined =>
  (Object.getPrototypeOf(value ?? 0) as { constructor: Class } | null)?.constructor;

type Fields = Record<string, unknown>;

function haveSameBytes(before: Uint8Array, after: Uint8Array): boolean {
  // A loop, because a callback for each of a file's bytes takes ten times as long.
  let same = 0;
  while (same < after.length && before[same] === after[same]) same++;
  return same === after.length && same === before.length;
}

/**
 * Structural sharing for Fauna's values: whatever has not changed keeps its identity. Unlike TanStack's own, it
 * also works inside documents, pages and the driver's other classes, and recognizes a document that has moved in
 * its list. It never changes its arguments, and the result always equals `next`.
 *
 * @param classes - the classes whose instances are equal if their fields are.
 */
export function share<T>(previous: unknown, next: T, classes: ReadonlySet<unknown>): T {
  const type = classOf(next) as Class;
  if (Object.is(previous, next) || !classes.has(type) || classOf(previous) !== type) return next;
  if (next instanceof Uint8Array)
    return (haveSameBytes(previous as Uint8Array, next) ? previous : next) as T;
  const before = previous as Fields;
  const after = next as Fields;
  const keys = Object.keys(after);
  // An instance without own keys (a query, an iterator) keeps its state where we cannot see it: take the new one.
  // Empty objects and lists of values have no such state.
  if (!keys.length && !type.from && type !== Object) return next;

  let rows: Map<unknown, unknown> | undefined;
  let same = keys.length === Object.keys(before).length;
  let copy = after;
  for (const key of keys) {
    const row = after[key];
    let old = before[key];
    if (type === Array && rowKey(old as Row) !== rowKey(row as Row)) {
      rows ??= new Map(Array.from(before as never as Row[], (each) => [rowKey(each), each]));
      old = rows.get(rowKey(row as Row));
    }
    const value = share(old, row, classes);
    same &&= key in before && Object.is(value, before[key]);
    if (Object.is(value, row)) continue;
    // Setting a field named __proto__ is safe: the copy already has it as a field of its own.
    if (copy === after)
      copy = (
        type === Array
          ? [...(after as never as unknown[])]
          : Object.setPrototypeOf({ ...after }, type.prototype)
      ) as Fields;
    copy[key] = value;
  }
  // Arrays with holes may have the same keys and different lengths.
  return (same && Object.is(before.length, copy.length) ? before : copy) as T;
}

/** TanStack's `structuralSharing` option. */
export type Sharing = boolean | ((previous: unknown, next: unknown) => unknown) | undefined;

/** Shares as the app's `structuralSharing` says. The default and `true` are {@link share}. */
export function shareAs<T>(
  sharing: Sharing = true,
  previous: unknown,
  next: T,
  classes: ReadonlySet<unknown>,
): unknown {
  if (typeof sharing === "function") return sharing(previous, next);
  return sharing ? share(previous, next, classes) : next;
}
