import type { Client, QueryInfo } from "fauna";

import type { TicketOptions, Transport } from "./transport";

/** How to run a query. */
export interface RunOptions extends TicketOptions {
  /** The driver's own per-query options. */
  readonly request?: object | undefined;
  /** Told what a successful answer says beside its data. */
  readonly onInfo?: (info: QueryInfo) => void;
}

/** Where a page begins: after, or with FQL v4 also before, a place that an earlier page gave. */
export type FaunaCursor = { readonly after: unknown } | { readonly before: unknown };

/** A Fauna driver as the hooks see it. `Q` is its query type. */
export interface Driver<Q = unknown, C = unknown> {
  /** The FQL version; part of every query key. */
  readonly name: "v10" | "v4";
  /** The driver's own client, which lives as long as its provider. */
  readonly client: C;
  /** Whether `query` is one of this driver's. */
  readonly accepts: (query: unknown) => query is Q;
  /** What tells one query from another, as plain JSON. */
  key(query: Q, request?: object): unknown;
  /**
   * The query for a page at a cursor, or without one for the first page; where it is missing, FQL v10's.
   *
   * @throws ConfigurationError for a query that has no pages.
   */
  page?(query: Q, cursor?: FaunaCursor | null): Q;
  /** Sends the query once, with the identity's token; no retries. */
  run(query: Q, options: RunOptions): Promise<unknown>;
  /** Whether the same read may succeed if it is sent again. */
  isTransient(error: unknown): boolean;
  /** The driver's value classes, instances of which are told apart by their fields alone. */
  readonly classes: ReadonlySet<unknown>;
}

/** What the first driver is made from. */
export interface DriverContext {
  readonly endpoint: URL;
  readonly transport: Transport;
}

/** What every further driver is made from. */
export interface FurtherDriverContext extends DriverContext {
  /** The first driver's client, which knows the last transaction time. */
  readonly client: Client;
}

/** The part of a `faunadb` expression by which it is known, so that this entry does not need that package. */
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
