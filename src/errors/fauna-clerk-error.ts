import { ClientError } from "fauna";

/**
 * The base of every error that this library itself raises. Errors of the Fauna drivers are never wrapped in it. It is
 * one of the driver's own `ClientError`s, because the driver wraps what it does not know.
 */
export abstract class FaunaClerkError<Code extends string = string> extends ClientError {
  /** What went wrong, for programs: stable, listed in docs/errors.md. */
  readonly code: Code;
  /** Where the README explains this error. */
  readonly docsPath = "README.md#errors";

  constructor(code: Code, message: string, options?: { cause: unknown }) {
    super(`${message} [${code}]`, options);
    this.code = code;
  }
}

/** Makes a guard. It goes by name, so that it holds across duplicate copies of the package. */
export const guard =
  <E extends Error>(name: E["name"]): ((error: unknown) => error is E) =>
  (error): error is E =>
    error instanceof Error && error.name === name;
