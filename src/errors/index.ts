export { FaunaClerkError } from "./fauna-clerk-error";
export {
  ConfigurationError,
  type ConfigurationErrorCode,
  isConfigurationError,
} from "./configuration-error";
export { type MaybeApplied, isMaybeApplied } from "./maybe-applied";
export {
  SerializationError,
  type SerializationErrorCode,
  isSerializationError,
} from "./serialization-error";
export { TokenError, type TokenErrorCode, isTokenError } from "./token-error";
export {
  UnauthorizedError,
  type UnauthorizedReason,
  isUnauthorizedError,
} from "./unauthorized-error";
