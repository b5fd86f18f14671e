import { FaunaClerkError, isNamed } from "./fauna-clerk-error";

/**
 * The user, session, organization or template changed while a request was on its way: it was aborted, and its
 * answer belongs to nobody on the screen. The query hooks ask again for the new identity by themselves.
 */
export class IdentityChangedError extends FaunaClerkError<"identity_changed"> {
  override readonly name = "IdentityChangedError";

  constructor() {
    super(
      "identity_changed",
      "The signed-in identity changed while this request was under way. Repeat it for the new identity.",
    );
  }
}

/** Whether an error is an {@link IdentityChangedError}. */
export const isIdentityChangedError = (error: unknown): error is IdentityChangedError =>
  isNamed(error, "IdentityChangedError");
