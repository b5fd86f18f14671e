import { FaunaClerkError, guard } from "./fauna-clerk-error";

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
 * The library was set up or called in a way that cannot work; the message names the mend.
 *
 * @example
 * ```ts
 * if (isConfigurationError(error)) console.error(error.code, error.message);
 * ```
 */
export class ConfigurationError extends FaunaClerkError<ConfigurationErrorCode> {
  override readonly name = "ConfigurationError";
}

/** Whether an error is a {@link ConfigurationError}. */
export const isConfigurationError: (error: unknown) => error is ConfigurationError =
  /* @__PURE__ */ guard("ConfigurationError");
