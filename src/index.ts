"use client";

export type { AuthSource, ClerkAuth, GetToken, GetTokenOptions } from "./auth/auth-source";
export type { FaunaAuth } from "./auth/identity";
export type { ConnectionOptions, FaunaLiveSettings } from "./drivers/connection";
export { createFaunaClient, type CreateFaunaClientOptions } from "./drivers/create-fauna-client";
export type { FaunaCursor, FaunaDriver, FaunaV4Expression } from "./drivers/driver";
export type { FaunaClientConfiguration, FaunaRequestOptions } from "./drivers/v10-driver";
export * from "./errors";
export type { FaunaEvent, FaunaEventSource } from "./live/fauna-event";
export {
  type FaunaLiveQueryOptions,
  faunaLiveQueryOptions,
  type FaunaRow,
} from "./live/fauna-live-query-options";
export type { FaunaLiveState } from "./live/fauna-live-state";
export {
  type FaunaLiveListener,
  type FaunaLiveUpdate,
  subscribeFauna,
  type SubscribeFaunaOptions,
} from "./live/subscribe-fauna";
export type { FaunaCache } from "./query/fauna-cache";
export {
  faunaMutationOptions,
  type FaunaMutationOptions,
  type FaunaMutationOptionsResult,
} from "./query/fauna-mutation-options";
export {
  faunaInfiniteQueryOptions,
  type FaunaInfiniteQueryOptions,
  type FaunaInfiniteQueryOptionsResult,
} from "./query/fauna-infinite-query-options";
export {
  faunaQueryOptions,
  type FaunaQueryOptions,
  type FaunaQueryOptionsResult,
  type FaunaScope,
} from "./query/fauna-query-options";
export type { FaunaInfo } from "./query/info";
export type { FaunaInfiniteQueryKey, FaunaQueryKey } from "./query/key";
export type { FaunaPage, FaunaPageParam, FaunaPages } from "./query/page";
export {
  prefetchFaunaQuery,
  type PrefetchFaunaQueryOptions,
  type UsePrefetchFaunaQueryOptions,
} from "./query/prefetch-fauna-query";
export { FaunaAuthLoading } from "./react/fauna-auth-loading";
export { FaunaAuthenticated, type FaunaAuthGateProps } from "./react/fauna-authenticated";
export type { AnyFaunaQuery, FaunaQueries } from "./query/match";
export type { OptimisticCache } from "./query/optimistic-cache";
export { FaunaProvider, type FaunaProviderProps } from "./react/fauna-provider";
export { FaunaUnauthenticated } from "./react/fauna-unauthenticated";
export { useFaunaAuth } from "./react/use-fauna-auth";
export { useFaunaCache } from "./react/use-fauna-cache";
export { type FaunaClaims, useFaunaClaims } from "./react/use-fauna-claims";
export { type FaunaV4Client, useFaunaClient } from "./react/use-fauna-client";
export {
  useFaunaEvents,
  type UseFaunaEventsOptions,
  type UseFaunaEventsResult,
} from "./react/use-fauna-events";
export {
  useFaunaLiveQuery,
  type UseFaunaLiveQueryOptions,
  type UseFaunaLiveQueryResult,
} from "./react/use-fauna-live-query";
export {
  useFaunaMutation,
  type UseFaunaMutationOptions,
  type UseFaunaMutationResult,
} from "./react/use-fauna-mutation";
export {
  type FaunaItems,
  useFaunaInfiniteQuery,
  type UseFaunaInfiniteQueryOptions,
  type UseFaunaInfiniteQueryResult,
} from "./react/use-fauna-infinite-query";
export {
  useFaunaQuery,
  type UseFaunaQueryOptions,
  type UseFaunaQueryResult,
} from "./react/use-fauna-query";
export {
  useFaunaSuspenseInfiniteQuery,
  type UseFaunaSuspenseInfiniteQueryOptions,
  type UseFaunaSuspenseInfiniteQueryResult,
} from "./react/use-fauna-suspense-infinite-query";
export {
  useFaunaSuspenseQuery,
  type UseFaunaSuspenseQueryOptions,
  type UseFaunaSuspenseQueryResult,
} from "./react/use-fauna-suspense-query";
export { usePrefetchFaunaQuery } from "./react/use-prefetch-fauna-query";
