/**
 * The base of every error that this library itself raises. Errors of the Fauna drivers are never wrapped in it.
 */
export abstract class FaunaClerkError<Code extends string = string> extends Error {
  /** What went wrong, for programs: stable, listed in the README's error table. */
  readonly code: Code;
  /** Where the README explains this error. */
  readonly docsPath = "README.md#errors";

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(`${message} [${code}]`, options);
    this.code = code;
  }
}

// By name, so that the guards hold across duplicate copies of the package and across realms.
export const isNamed = (error: unknown, name: string): boolean =>
  error instanceof Error && error.name === name;
