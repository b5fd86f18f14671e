import type { Query } from "fauna";

import type { Driver } from "../drivers/driver";
import { compareIds } from "./row-id";

/** What is known about a query's rows. */
export interface RowRules {
  /** The order in which the server has them; undefined where it is not known. */
  readonly compare: ((a: never, b: never) => number) | undefined;
  /** How many rows a page has at most, as far as the query's text tells. */
  readonly pageSize: number;
  /** The driver's value classes. */
  readonly classes: ReadonlySet<unknown>;
}

/** Also of a number that is a value within the text. */
const PAGE_SIZE = /pageSize\(\D*(\d+)/;
const DEFAULT_PAGE_SIZE = 16;

/** A collection's own sets are in the order of their ids. */
const IS_BY_ID = /^\s*\w+\s*\.\s*(all|where)\s*\(/;

/** @param order - as the app knows it. */
export function rulesOf(query: Query, order: RowRules["compare"], { classes }: Driver): RowRules {
  const { fql } = query.encode();
  const isById = IS_BY_ID.test(fql[0] as string);
  return {
    compare: order ?? (isById ? compareIds : undefined),
    pageSize: Number(PAGE_SIZE.exec(JSON.stringify(fql))?.[1] ?? DEFAULT_PAGE_SIZE),
    classes,
  };
}
