import { FaunaClerkError, isNamed } from "./fauna-clerk-error";

/**
 * A request was made while nobody is signed in, so nothing was sent. The query hooks do not raise it (they wait);
 * a client from `useFaunaClient()` does.
 */
export class SignedOutError extends FaunaClerkError<"signed_out"> {
  override readonly name = "SignedOutError";

  constructor() {
    super("signed_out", "Nobody is signed in. Ask Fauna only once a user is signed in.");
  }
}

/** Whether an error is a {@link SignedOutError}. */
export const isSignedOutError = (error: unknown): error is SignedOutError =>
  isNamed(error, "SignedOutError");
