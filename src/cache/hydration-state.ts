import type { FaunaAuth } from "../auth/identity";
import type { Origin } from "./query-record";

/** A query that a server has asked, or is still asking. */
export interface HydratedQuery {
  /** The end of its key, from the driver on, as JSON. */
  readonly key: string;
  /** Its {@link HydratedAnswer} in Fauna's own tagged format. Of a query that is still being asked, a promise. */
  readonly answer: string | Promise<string>;
}

/** What the browser would know if it had asked the query itself. */
export interface HydratedAnswer {
  readonly data: unknown;
  /** When it came, in ms since the epoch. */
  readonly at: number;
  /** Where it comes from. That of a live query has an event source. */
  readonly origin: Origin;
}

/**
 * The answers that were read in this process. A server that renders a page with the state that it has made itself needs not
 * decode them. In a field of the query a framework would find them, and send them or complain.
 */
export const readHere: WeakMap<HydratedQuery, HydratedAnswer> = new WeakMap();

/**
 * What a server has read for one identity: text, and promises for what is still on its way, so that frameworks can carry
 * it. It contains no user's token. Pass it to `FaunaHydration` unchanged.
 */
export interface FaunaHydrationState {
  /** The beginning of the queries' keys: the endpoint and the identity. */
  readonly owner: readonly ["fauna", endpoint: string, identity: string];
  /** The ids of the identity, as the server's Clerk SDK said. All are null if nobody is signed in. */
  readonly identity: Pick<FaunaAuth, "userId" | "sessionId" | "orgId">;
  /** The newest transaction that the server has seen. What the browser asks sees it too. */
  readonly txn?: number;
  readonly queries: readonly HydratedQuery[];
}

/** What a Server Action returns to `useFaunaAction`: see `receipt` of `FaunaRequest`. */
export interface FaunaReceipt<T = undefined> {
  /** The key of the identity that wrote. */
  readonly faunaReceiptOf: string;
  /** The time of the last transaction. */
  readonly txn: number | null;
  /** The value, in Fauna's tagged format. */
  readonly value: string;
  /** Exists for TypeScript only. */
  readonly type?: T;
}
