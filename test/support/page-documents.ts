import { Document, DocumentReference, Module, NullDocument, TimeStub } from "fauna";

import type { FaunaPages } from "../../src/cache/pages";
import type { FaunaEvent } from "../../src/live/event-types";

export const coll = new Module("Todo");

const SECOND = "2026-01-01T00:00:00";
/** The moment of a list's first page in microseconds: half a second after `SECOND`. */
export const SINCE = 1_767_225_600_500_000;

/** A document with a field `n`, written before the first page unless the fraction of its second says so. */
export const doc = (id: number, n = id, fraction = ".1"): any =>
  new Document({ coll, id: String(id), ts: TimeStub.from(`${SECOND}${fraction}Z`), n } as never);

/** What a row is once its document has been deleted. */
export const gone = (id: number): any =>
  new NullDocument(new DocumentReference({ coll, id: String(id) }), "deleted");

/** An event that comes after the first page. */
export const event = (type: string, data: unknown, txn = SINCE + 10): FaunaEvent =>
  ({ type, data, txn_ts: txn, cursor: "", stats: {} }) as never;

export type List = FaunaPages<any>;

/** The ids of all pages' rows. */
export const idsOf = (data: unknown): string =>
  (data as List).pages
    .map((page) => page.data.map((row: { id?: string }) => row.id).join())
    .join(" | ");
