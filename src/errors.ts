import { ClientError } from "fauna";

/**
 * The base of every error that this library itself raises. What the Fauna drivers throw stays as it is; only
 * `not_streamable` has such an error as its `cause`. It extends the driver's own `ClientError`, because the driver wraps
 * errors that it does not know.
 */
export abstract class FaunaClerkError<Code extends string = string> extends ClientError {
  /** What went wrong, for programs: stable, listed in docs/errors.md. */
  readonly code: Code;
  /** The part of the README on errors, which leads to docs/errors.md. */
  readonly docsPath = "README.md#errors";
  /**
   * The code again: all that an error page of Next.js sees in production of what its server has thrown. That of
   * `browser_only` is Next.js's own.
   */
  readonly digest: string;

  constructor(code: Code, message: string, options?: { cause?: unknown }) {
    super(`${message} [${code}]`, options as ErrorOptions & { cause: unknown });
    this.code = code;
    this.digest = code;
  }
}

/** By its name, so that it works across duplicate copies of the package. */
const isNamed = (error: unknown, name: string): boolean =>
  error instanceof Error && error.name === name;

/** The codes of a {@link ConfigurationError}. */
export type ConfigurationErrorCode =
  | "no_provider"
  | "no_endpoint"
  | "malformed_endpoint"
  | "insecure_endpoint"
  | "foreign_origin"
  | "ambiguous_auth"
  | "no_auth"
  | "not_a_query"
  | "not_a_set"
  | "not_streamable"
  | "browser_only"
  | "no_query_client"
  | "no_v4_driver"
  | "secret_not_allowed"
  | "not_supported"
  | "unknown_client";

/**
 * The library was set up or called in a way that cannot work; the message names the fix.
 *
 * @example
 * ```ts
 * if (isConfigurationError(error)) console.error(error.code, error.message);
 * ```
 */
export class ConfigurationError extends FaunaClerkError<ConfigurationErrorCode> {
  override readonly name = "ConfigurationError";
}

/**
 * Whether an error is a {@link ConfigurationError}.
 *
 * @example `if (isConfigurationError(error)) console.error(error.code, error.message);`
 */
export const isConfigurationError = (error: unknown): error is ConfigurationError =>
  isNamed(error, "ConfigurationError");

/** The codes of a {@link TokenError}. */
export type TokenErrorCode =
  | "signed_out"
  | "identity_changed"
  | "template_not_found"
  | "token_missing"
  | "token_mismatch"
  | "token_malformed"
  | "token_timeout"
  | "token_failed"
  | "session_ended"
  | "rate_limited"
  | "offline";

/** That of `token_timeout` is in auth/fetch-with-token.ts. The others are loaded on demand: auth/token-errors.ts. */
const messages: Partial<Record<TokenErrorCode, string>> = {
  signed_out: "Nobody is signed in. Ask once somebody is.",
  identity_changed: "User, session or organization has changed. Ask again.",
  offline: "This device is offline. Try again once it is online.",
};

/**
 * There was no usable token, so nothing was sent to Fauna, or Fauna had refused what was sent. With `identity_changed`
 * the request may have been sent, but its response belongs to a previous identity. `cause` is Clerk's own error, if there
 * is one.
 *
 * @example
 * ```ts
 * if (isTokenError(error) && error.code === "offline") showOfflineBanner();
 * ```
 */
export class TokenError extends FaunaClerkError<TokenErrorCode> {
  override readonly name = "TokenError";

  /** Whether there may be a token a moment later. */
  declare readonly mayPass?: boolean;

  constructor(
    code: TokenErrorCode,
    message: string = messages[code] ?? "",
    { mayPass, ...options }: { cause?: unknown; mayPass?: boolean } = {},
  ) {
    super(code, message, options);
    if (mayPass) this.mayPass = mayPass;
  }
}

/**
 * Whether an error is a {@link TokenError}.
 *
 * @example `if (isTokenError(error) && error.code === "offline") showOfflineBanner();`
 */
export const isTokenError = (error: unknown): error is TokenError => isNamed(error, "TokenError");

/** Why a value could not be written, or a text could not be read. */
export type SerializationErrorCode =
  "not_serializable" | "not_serialized" | "unknown_version" | "unknown_class";

/**
 * `faunaSerializer` was given a value that it cannot write, or a text that it has not written. TanStack's
 * persisters discard such a text and start with an empty cache.
 *
 * @example
 * ```ts
 * if (isSerializationError(error) && error.code === "unknown_version") localStorage.removeItem("my-app");
 * ```
 */
export class SerializationError extends FaunaClerkError<SerializationErrorCode> {
  override readonly name = "SerializationError";
}

/**
 * Whether an error is a {@link SerializationError}.
 *
 * @example `if (isSerializationError(error) && error.code === "unknown_version") localStorage.removeItem("my-app");`
 */
export const isSerializationError = (error: unknown): error is SerializationError =>
  isNamed(error, "SerializationError");

/** The error of a write that may have been applied all the same. */
export type MaybeApplied = Error & { readonly maybeApplied: true };

/**
 * Whether the write that failed with `error` may have been applied: it was sent, and no response says that it was
 * not applied. A mutation whose error is not marked like this certainly changed nothing.
 *
 * @example
 * ```tsx
 * const { error } = useFaunaMutation(addTodo);
 * if (isMaybeApplied(error)) return <p>This may have been saved. Look before you try again.</p>;
 * ```
 */
export const isMaybeApplied = (error: unknown): error is MaybeApplied =>
  error instanceof Error && "maybeApplied" in error;
