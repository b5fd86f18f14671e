export { FaunaClerkError } from "./fauna-clerk-error";
export {
  ConfigurationError,
  type ConfigurationErrorCode,
  isConfigurationError,
} from "./configuration-error";
export { IdentityChangedError, isIdentityChangedError } from "./identity-changed-error";
export { SignedOutError, isSignedOutError } from "./signed-out-error";
export { TokenError, type TokenErrorCode, isTokenError } from "./token-error";
export {
  UnauthorizedError,
  type UnauthorizedReason,
  isUnauthorizedError,
} from "./unauthorized-error";
