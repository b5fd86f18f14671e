"use client";

export type { AuthSource, ClerkAuth, GetToken, GetTokenOptions } from "./auth/auth-source";
export type { FaunaAuth } from "./auth/identity";
export type { ConnectionOptions } from "./drivers/connection";
export { createFaunaClient, type CreateFaunaClientOptions } from "./drivers/create-fauna-client";
export type { FaunaDriver, FaunaV4Expression } from "./drivers/driver";
export type { FaunaClient } from "./drivers/fauna-client";
export type { FaunaClientConfiguration, FaunaRequestOptions } from "./drivers/v10-driver";
export * from "./errors";
export type { FaunaCache } from "./query/fauna-cache";
export {
  faunaMutationOptions,
  type FaunaMutationOptions,
  type FaunaMutationOptionsResult,
} from "./query/fauna-mutation-options";
export {
  faunaQueryOptions,
  type FaunaQueryOptions,
  type FaunaQueryOptionsResult,
  type FaunaScope,
} from "./query/fauna-query-options";
export { faunaSerializer, type FaunaSerializer } from "./query/fauna-serializer";
export type { FaunaQueryKey } from "./query/key";
export type { AnyFaunaQuery, FaunaQueries } from "./query/match";
export type { OptimisticCache } from "./query/optimistic-updates";
export { FaunaProvider, type FaunaProviderProps } from "./react/fauna-provider";
export { useFaunaAuth } from "./react/use-fauna-auth";
export { useFaunaCache } from "./react/use-fauna-cache";
export { type FaunaV4Client, useFaunaClient } from "./react/use-fauna-client";
export {
  useFaunaMutation,
  type UseFaunaMutationOptions,
  type UseFaunaMutationResult,
} from "./react/use-fauna-mutation";
export {
  useFaunaQuery,
  type UseFaunaQueryOptions,
  type UseFaunaQueryResult,
} from "./react/use-fauna-query";
