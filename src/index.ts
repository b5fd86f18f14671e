"use client";

export type { AuthSource, ClerkAuth, GetToken, GetTokenOptions } from "./auth/identity";
export type { FaunaAuth } from "./auth/identity";
export {
  isUnauthorizedError,
  UnauthorizedError,
  type UnauthorizedReason,
} from "./auth/unauthorized-error";
export type { ConnectionOptions, FaunaLiveSettings } from "./client/connection";
export { createFaunaClient, type CreateFaunaClientOptions } from "./client/connection";
export type { FaunaCursor, FaunaDriver, FaunaV4Expression } from "./client/driver";
export type { FaunaClientConfiguration, FaunaRequestOptions } from "./client/v10-driver";
export * from "./errors";
export type { FaunaEvent, FaunaEventSource } from "./live/event-types";
export {
  type FaunaLiveQueryOptions,
  faunaLiveQueryOptions,
  type FaunaOrder,
  type FaunaOrderField,
  type FaunaRow,
} from "./live/live-query-options";
export {
  type FaunaLiveInfiniteQueryOptions,
  faunaLiveInfiniteQueryOptions,
} from "./live/live-infinite-query-options";
export type { FaunaLiveInfo, FaunaLiveReason } from "./live/live-info";
export type { FaunaLiveState } from "./live/phase";
export {
  type FaunaLiveListener,
  type FaunaLiveUpdate,
  subscribeFauna,
  type SubscribeFaunaOptions,
} from "./live/subscribe-fauna";
export type { FaunaCache } from "./cache/fauna-cache";
export {
  faunaMutationOptions,
  type FaunaMutationOptions,
  type FaunaMutationOptionsResult,
} from "./cache/mutation-options";
export {
  faunaInfiniteQueryOptions,
  type FaunaInfiniteQueryOptions,
  type FaunaInfiniteQueryOptionsResult,
} from "./cache/infinite-query-options";
export {
  faunaQueryOptions,
  type FaunaQueryOptions,
  type FaunaQueryOptionsResult,
  type FaunaScope,
} from "./cache/query-options";
export type { FaunaInfo } from "./cache/info";
export type { FaunaInfiniteQueryKey, FaunaQueryKey } from "./cache/keys";
export type { FaunaPage, FaunaPageParam, FaunaPages } from "./cache/pages";
export {
  prefetchFaunaQuery,
  type PrefetchFaunaQueryOptions,
  type UsePrefetchFaunaQueryOptions,
} from "./cache/prefetch";
export { FaunaAuthLoading } from "./react/auth-gates";
export { FaunaAuthenticated, type FaunaAuthGateProps } from "./react/auth-gates";
export type { AnyFaunaQuery, FaunaQueries } from "./cache/keys";
export type { OptimisticCache } from "./cache/write";
export type { FaunaHydrationState, FaunaReceipt } from "./cache/hydration-state";
export { FaunaClientOnly, type FaunaClientOnlyProps } from "./react/fauna-client-only";
export { FaunaHydration, type FaunaHydrationProps } from "./react/fauna-hydration";
export { FaunaProvider, type FaunaProviderProps } from "./react/fauna-provider";
export { FaunaUnauthenticated } from "./react/auth-gates";
export { useFaunaAction, type UseFaunaActionOptions } from "./react/use-fauna-action";
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
  useFaunaLiveInfiniteQuery,
  type UseFaunaLiveInfiniteQueryOptions,
  type UseFaunaLiveInfiniteQueryResult,
} from "./react/use-fauna-live-infinite-query";
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
