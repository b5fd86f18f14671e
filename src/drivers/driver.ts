import type { Identity } from "../auth/identity";
import type { Session } from "../auth/session";
import type { Transport } from "./transport";

/** Whose query it is and what may end it. */
export interface RunOptions {
  readonly identity: Identity;
  readonly signal: AbortSignal;
  /** The driver's own per-query options. */
  readonly request?: object | undefined;
}

/** A Fauna driver as the hooks see it. `Q` is its query type. */
export interface Driver<Q = unknown, C = unknown> {
  /** The FQL version; part of every query key. */
  readonly name: "v10" | "v4";
  /** The driver's own client, which lives as long as its provider. */
  readonly client: C;
  /** Whether `query` is one of this driver's. */
  accepts(query: unknown): query is Q;
  /** What tells one query from another, as plain JSON. */
  key(query: Q, request?: object): unknown;
  /** Sends the query once, with the identity's token; no retries. */
  run(query: Q, options: RunOptions): Promise<unknown>;
  /** Whether the same read may succeed if it is sent again. */
  isTransient(error: unknown): boolean;
  /** Prototypes of the driver's value classes, which are compared by content. */
  readonly values: ReadonlySet<object>;
}

/** What a driver is made from. */
export interface DriverContext {
  readonly endpoint: URL;
  readonly session: Session;
  readonly transport: Transport;
  /** Carries the last transaction time from one driver to another, in microseconds. */
  readonly lastTxnTs: { get(): number | undefined; set(ts: number): void };
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
  readonly create: (context: DriverContext) => Driver;
}
