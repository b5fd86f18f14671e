import { Document, NullDocument, Page, type QueryValue } from "fauna";

import { share } from "../query/share";
import { rowTime } from "./row-id";
import type { FaunaEvent } from "./fauna-event";
import { Rows } from "./rows";

/** What is known about a query's rows. */
export interface RowRules {
  /** The order in which the server has them; undefined where it is not known. */
  readonly compare: ((a: never, b: never) => number) | undefined;
  /** The driver's value classes. */
  readonly classes: ReadonlySet<unknown>;
}

/** What became of data. */
export interface Applied {
  /** The same object if nothing has changed. */
  readonly data: unknown;
  /** Whether the events leave open what a fresh query would answer. */
  readonly isOpen: boolean;
}

/**
 * Applies events, oldest first, to the data of a query: a page of a set, or a document. What they do not change keeps its
 * identity. An event that is not newer than the row that it is about changes nothing.
 */
export function applyEvents(
  data: unknown,
  events: readonly FaunaEvent[],
  rules: RowRules,
): Applied {
  if (data instanceof Page) return applyToPage(data as Page<QueryValue>, events, rules);
  if (data instanceof Document || data instanceof NullDocument)
    return applyToDocument(data, events, rules);
  return { data, isOpen: true };
}

function applyToPage(
  page: Page<QueryValue>,
  events: readonly FaunaEvent[],
  rules: RowRules,
): Applied {
  const rows = new Rows(page, rules);
  for (const event of events) rows.apply(event);
  const data = rows.end();
  const { after } = page;
  return {
    data: data === page.data ? page : new Page({ data, ...(after && { after }) }),
    isOpen: rows.isOpen,
  };
}

function applyToDocument(
  document: Document | NullDocument,
  events: readonly FaunaEvent[],
  { classes }: RowRules,
): Applied {
  let data: Document | NullDocument = document;
  let isOpen = false;
  for (const { type, data: next, txn_ts } of events) {
    if (rowTime(data) >= txn_ts) continue;
    // Whether the query now fails or answers a null document, and which, only the server knows.
    isOpen = type === "remove" || !(next instanceof Document);
    if (!isOpen) data = share(data, next as Document, classes);
  }
  return { data, isOpen };
}
