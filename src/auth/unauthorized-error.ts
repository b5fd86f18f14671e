import { FaunaClerkError } from "../errors";

// Apart from the other errors, so that an app that does not name this one loads it on demand, with the reasons.

/** A reason why Fauna may have refused the token. */
export interface UnauthorizedReason {
  readonly code: string;
  /** What is wrong and how to fix it. Never contains the token. */
  readonly message: string;
}

/**
 * Fauna answered 401 twice in a row, the second time to a token that was asked for anew. Fauna never says why, so
 * `reasons` lists what the token's claims and the server's clock reveal. The token itself is not kept.
 */
export class UnauthorizedError extends FaunaClerkError<"unauthorized"> {
  override readonly name = "UnauthorizedError";
  /** At least one. The most telling comes first. */
  readonly reasons: readonly UnauthorizedReason[];

  constructor(reasons: readonly UnauthorizedReason[]) {
    const list = reasons.map(({ message }) => message).join(" ");
    super("unauthorized", `Fauna refused this user's token. ${list}`);
    this.reasons = reasons;
  }
}

/** Whether an error is an {@link UnauthorizedError}. */
export const isUnauthorizedError = (error: unknown): error is UnauthorizedError =>
  error instanceof Error && error.name === "UnauthorizedError";
