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
