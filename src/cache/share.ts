/** What may be a document: one of the driver's, a reference, a null document, or a projection with its id. */
export interface Row {
  readonly id?: unknown;
  readonly name?: unknown;
  readonly ref?: Row;
  readonly coll?: { readonly name: string };
  /** Of FQL v4. */
  readonly collection?: { readonly id: string };
}

/** What tells a row of a list from the others wherever it stands: the collection and id of its document. */
export function rowKey(row: Row | null | undefined): unknown {
  const id = row?.id ?? row?.name ?? {};
  if (typeof id === "object") return row?.ref && rowKey(row.ref);
  return `${row?.coll?.name ?? row?.collection?.id} ${id as string}`;
}

interface Class {
  readonly prototype: object;
  readonly from?: unknown;
}

// Of null it is Number, which is not shared either.
const classOf = (value: unknown): Class | undefined =>
  (Object.getPrototypeOf(value ?? 0) as { constructor: Class } | null)?.constructor;

type Fields = Record<string, unknown>;

/**
 * TanStack's structural sharing for Fauna's values: what has not changed keeps its identity, also inside documents,
 * pages and the driver's other classes, which TanStack's own would replace on every refetch, and also when a
 * document has another place in its list than before. Never changes either argument; the result always equals `next`.
 *
 * @param classes - the classes whose instances are told apart by their fields alone.
 */
export function share<T>(previous: unknown, next: T, classes: ReadonlySet<unknown>): T {
  const type = classOf(next) as Class;
  if (Object.is(previous, next) || !classes.has(type) || classOf(previous) !== type) return next;
  const before = previous as Fields;
  const after = next as Fields;
  const keys = Object.keys(after);
  // What has no fields, and is no empty object or list of values, hides what it has: a query, an iterator.
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
    // A field named __proto__ is one that the copy has by now, so that setting it is all there is to it.
    if (copy === after)
      copy = (
        type === Array
          ? [...(after as never as unknown[])]
          : Object.setPrototypeOf({ ...after }, type.prototype)
      ) as Fields;
    copy[key] = value;
  }
  // Of arrays with holes the length may differ.
  return (same && Object.is(before.length, copy.length) ? before : copy) as T;
}
