import { FaunaClerkError, guard } from "./fauna-clerk-error";

/** One thing that the token itself gives away about why Fauna may have refused it. */
export interface UnauthorizedReason {
  readonly code: string;
  /** What is wrong and how to mend it. Never contains the token. */
  readonly message: string;
}

/**
 * Fauna answered 401 to two tokens in a row, the second one freshly made. Fauna never says why, so `reasons` lists
 * what can be known from the token's claims and the server's clock. The token itself is not kept.
 */
export class UnauthorizedError extends FaunaClerkError<"unauthorized"> {
  override readonly name = "UnauthorizedError";
  /** At least one; most telling first. */
  readonly reasons: readonly UnauthorizedReason[];

  constructor(reasons: readonly UnauthorizedReason[]) {
    const list = reasons.map(({ message }) => message).join(" ");
    super("unauthorized", `Fauna refused this user's token. ${list}`);
    this.reasons = reasons;
  }
}

/** Whether an error is an {@link UnauthorizedError}. */
export const isUnauthorizedError: (error: unknown) => error is UnauthorizedError =
  /* @__PURE__ */ guard("UnauthorizedError");
