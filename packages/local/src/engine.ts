/** Who sends a query, as the access layer found out from the secret or the JWT. */
export interface Caller {
  /** Set for the secret of a key with a built-in role; then `roles` is empty. */
  builtin?: "admin" | "server" | "server-readonly" | "client";
  /** Names of the user-defined roles that hold for this request. They add up. */
  roles: readonly string[];
  /** The payload of a JWT, which `Query.token()` returns; null under a key. Integers are bigint. */
  claims: Readonly<Record<string, unknown>> | null;
  /** Under the secret of a token: the document that it is for, and the token itself. */
  identity?: DocumentId;
  token?: DocumentId;
}

/** A document of the store. */
export interface DocumentId {
  readonly coll: number;
  readonly id: bigint;
}

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
