import type { Caller } from "./store/caller";

export type WireFormat = "simple" | "tagged" | "decorated";

/**
 * One parsed `POST /query/1`: header values validated, body keys checked, nothing decoded yet.
 * The JSON was read without loss: integers are bigint, numbers with a fraction or exponent are number.
 */
export interface QueryRequest {
  caller: Caller;
  /** The body's `query`: FQL text or a wire template (`{fql: […]}`, `{value}`, `{array}`, `{object}`). */
  query: unknown;
  /** The body's `arguments`, in `format`. */
  arguments?: Readonly<Record<string, unknown>>;
  format: WireFormat;
  /** Whether types are checked first; left out, the database decides. */
  typecheck?: boolean;
  /** Upper limit of the run in ms. */
  timeout: number;
}

/** The HTTP answer to a query, body in the order of the server's keys. */
export interface QueryAnswer {
  status: number;
  body: Record<string, unknown>;
}
