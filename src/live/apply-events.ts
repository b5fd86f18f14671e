import { Document, NullDocument, type QueryValue } from "fauna";

import type { FaunaPage } from "../query/page";

import { share } from "../query/share";
import type { FaunaEvent } from "./fauna-event";
import { applyToRows } from "./apply-to-rows";
import { isNewer } from "./row-id";

/** What is known about a query's rows. */
export interface RowRules {
  /** The order in which the server has them; undefined where it is not known. */
  readonly compare: ((a: never, b: never) => number) | undefined;
  /** How many rows a page has at most, as far as the query's text tells. */
  readonly pageSize: number;
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
  const isDocument = data instanceof Document || data instanceof NullDocument;
  if (!isDocument && isPage(data)) return applyToRows(data, events, rules);
  const last = events.at(-1);
  // When it is gone only the server knows whether the query fails or answers a null document.
  if (!isDocument || last?.type === "remove" || !(last?.data instanceof Document))
    return { data, isOpen: true };
  const next = isNewer(data, last.data) ? data : share(data, last.data, rules.classes);
  return { data: next, isOpen: false };
}

/** A page may have lost its class on its way through somebody's update. */
const isPage = (data: unknown): data is FaunaPage<QueryValue> =>
  Array.isArray((data as Partial<FaunaPage<unknown>> | null)?.data);
