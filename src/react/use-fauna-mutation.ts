import { useMutation, type UseMutationResult } from "@tanstack/react-query";
import type { Query, QueryValue } from "fauna";

import { buildMutationOptions, type FaunaMutationOptions } from "../cache/mutation-options";
import type { FaunaV4Expression } from "../client/driver";
import { useFaunaContext } from "./fauna-context";

/** Options of {@link useFaunaMutation}. */
export type UseFaunaMutationOptions<T, V = void, R = unknown> = FaunaMutationOptions<T, V, R>;

/** TanStack's result of `useMutation`. */
export type UseFaunaMutationResult<T, V = void, R = unknown> = UseMutationResult<T, Error, V, R>;

/**
 * Writes to Fauna as the user who is signed in. Once a write is applied, the queries that it changed are refetched
 * and see it. So do those that are being fetched at that time. If a callback of the app fails after that, the error is
 * marked `maybeApplied`.
 *
 * A write is retried only if it certainly was not applied: Clerk or Fauna limited the rate (429), Fauna reported
 * contention, or the device was offline (`retry`, 3 by default, limits that). After a 401 it is sent once more with a
 * newer token. If it may have been applied (a broken connection, a time-out, a 5xx, a
 * change of user after sending), the caller gets the error, marked `maybeApplied`: see `isMaybeApplied`.
 *
 * While offline a write waits. If the identity ends meanwhile, the write is never sent: once the device is online
 * it fails with `TokenError` (`identity_changed`).
 *
 * @param build - makes the query, `fql` or an FQL v4 expression, from the variables passed to `mutate`.
 * @param options - TanStack's `useMutation` options without `mutationFn`; `request`, `invalidates`, `optimistic`.
 * @returns TanStack's result: `mutate`, `mutateAsync`, `isPending`, `error` …
 * @throws ConfigurationError without a `FaunaProvider` above.
 *
 * @example
 * ```tsx
 * const todos = fql<Todo[]>`Todo.all().toArray()`;
 * const rename = useFaunaMutation(
 *   ({ id, title }: Todo) => fql<Todo>`Todo.byId(${id})!.update({ title: ${title} })`,
 *   {
 *     optimistic: (cache, { id, title }) =>
 *       cache.update(todos, (all) => all.map((todo) => (todo.id === id ? { ...todo, title } : todo))),
 *   },
 * );
 * rename.mutate({ id, title: "Write" });
 * ```
 */
export function useFaunaMutation<T extends QueryValue, V = void, R = unknown>(
  build: (variables: V) => Query<T>,
  options?: FaunaMutationOptions<T, V, R>,
): UseFaunaMutationResult<T, V, R>;
export function useFaunaMutation<T = unknown, V = void, R = unknown>(
  build: (variables: V) => FaunaV4Expression,
  options?: FaunaMutationOptions<T, V, R, object>,
): UseFaunaMutationResult<T, V, R>;
export function useFaunaMutation<V, R>(
  build: (variables: V) => unknown,
  options?: FaunaMutationOptions<unknown, V, R, object>,
): UseFaunaMutationResult<unknown, V, R> {
  const { connection, identity, cache } = useFaunaContext();
  return useMutation(buildMutationOptions(connection, identity, build, options), cache);
}
