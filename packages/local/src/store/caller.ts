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
