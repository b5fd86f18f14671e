// No client entry and no React: server components, loaders, actions and route handlers import it.
export {
  isUnauthorizedError,
  UnauthorizedError,
  type UnauthorizedReason,
} from "./auth/unauthorized-error";
export {
  faunaInfiniteQueryOptions,
  type FaunaInfiniteQueryOptions,
  type FaunaInfiniteQueryOptionsResult,
} from "./cache/infinite-query-options";
export {
  faunaMutationOptions,
  type FaunaMutationOptions,
  type FaunaMutationOptionsResult,
} from "./cache/mutation-options";
export {
  faunaQueryOptions,
  type FaunaQueryOptions,
  type FaunaQueryOptionsResult,
  type FaunaScope,
} from "./cache/query-options";
export type { FaunaHydrationState, FaunaReceipt } from "./cache/hydration-state";
export { faunaSerializer, type FaunaSerializer } from "./cache/serializer";
export { createFaunaClient, type CreateFaunaClientOptions } from "./client/connection";
export * from "./errors";
export {
  type FaunaLiveInfiniteQueryOptions,
  faunaLiveInfiniteQueryOptions,
} from "./live/live-infinite-query-options";
export { type FaunaLiveQueryOptions, faunaLiveQueryOptions } from "./live/live-query-options";
export {
  createFaunaRequest,
  type CreateFaunaRequestOptions,
  type FaunaRequest,
} from "./server/fauna-request";
export type { FaunaServerAuth } from "./server/request-tokens";
