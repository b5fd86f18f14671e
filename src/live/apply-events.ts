import { Document, NullDocument, type QueryValue } from "fauna";

import type { FaunaPage } from "../query/page";

import { share } from "../query/share";
import type { FaunaEvent } from "./fauna-event";
import { applyToRows } from "./apply-to-rows";
import { isNewer } from "./row-id";
import type { RowRules } from "./row-rules";

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
  const isDocument = data instanceof Document || data instanceof NullDocument;
  const page = data as FaunaPage<QueryValue> | null;
  // Told by its rows: it may have lost its class on its way through somebody's update.
  if (!isDocument && Array.isArray(page?.data)) return applyToRows(page, events, rules);
  const { type, data: next } = events.at(-1) as FaunaEvent;
  // When it is gone only the server knows whether the query fails or answers a null document.
  if (!isDocument || type === "remove" || !(next instanceof Document))
    return { data, isOpen: true };
  return { data: isNewer(data, next) ? data : share(data, next, rules.classes), isOpen: false };
}
