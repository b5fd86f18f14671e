import type { Client, QueryInfo } from "fauna";

import type { TicketOptions, Transport } from "./transport";

/** How to run a query. */
export interface RunOptions extends TicketOptions {
  /** The driver's own per-query options. */
  readonly request?: object | undefined;
}

/** A successful response. */
export interface Answer {
  readonly data: unknown;
  /** Its metadata, which FQL v4 does not have. */
  readonly info?: QueryInfo;
  /** The time of its transaction. */
  readonly txn: number | undefined;
}

/** Where a page begins: after (with FQL v4 also before) a cursor of an earlier page. */
export type FaunaCursor = { readonly after: unknown } | { readonly before: unknown };

/** A Fauna driver as the hooks see it. `Q` is its query type. */
export interface Driver<Q = unknown, C = unknown> {
  /** The FQL version; part of every query key. */
  readonly name: "v10" | "v4";
  /** Returns the driver's own client, which lives as long as its provider. */
  readonly getClient: () => C;
  /** Whether `query` is a query of this driver. */
  readonly accepts: (query: unknown) => query is Q;
  /** Returns what identifies a query, as plain JSON. */
  key(query: Q, request?: object): unknown;
  /**
   * Returns the query for the page at a cursor, or for the first page. FQL v10 does not need it.
   *
   * @throws ConfigurationError if the query has no pages.
   */
  page?(query: Q, cursor?: FaunaCursor | null): Q;
  /** Sends the query with the identity's token. Repeats it only after a 401, or as the app's `max_attempts` says. */
  run(query: Q, options: RunOptions): Promise<Answer>;
  /** Whether the same read may succeed if it is sent again. */
  isTransient(error: unknown): boolean;
  /** The driver's value classes, whose instances are equal if their fields are. */
  readonly classes: ReadonlySet<unknown>;
}

/** What the first driver is created from. */
export interface DriverContext {
  readonly endpoint: URL;
  readonly transport: Transport;
}

/** What every further driver is created from. */
export interface FurtherDriverContext extends DriverContext {
  /** Returns the first driver's client, which knows the last transaction time. */
  readonly getClient: () => Client;
}

/** The part of a `faunadb` expression that identifies it, so that this entry does not need that package. */
export interface FaunaV4Expression {
  readonly _isFaunaExpr?: boolean;
  toFQL(): string;
}

/** Another Fauna driver for `FaunaProvider`'s `drivers`, such as what `faunaV4()` returns. */
export interface FaunaDriver {
  readonly name: "v4";
  /** Called once per provider or client. */
  readonly create: (context: FurtherDriverContext) => Driver;
}
