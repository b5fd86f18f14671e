import { useMutation, type UseMutationResult } from "@tanstack/react-query";
import type { Query, QueryValue } from "fauna";

import type { FaunaV4Expression } from "../drivers/driver";
import { buildMutationOptions, type FaunaMutationOptions } from "../query/fauna-mutation-options";
import { useFaunaContext } from "./fauna-context";
import { useOwnResult } from "./use-own-result";

/** Options of {@link useFaunaMutation}. */
export type UseFaunaMutationOptions<T, V = void, R = unknown> = FaunaMutationOptions<T, V, R>;

/** TanStack's result of `useMutation`. */
export type UseFaunaMutationResult<T, V = void, R = unknown> = UseMutationResult<T, Error, V, R>;

/**
 * Writes to Fauna as the user who is signed in. Once a write is applied, the queries that it changed are fetched again,
 * and see it.
 *
 * A write is sent again only where it certainly was not applied: no token could be had, 429, contention. Where it may
 * have been (a broken connection, a time-out, a 5xx, a change of user after sending) the error is the caller's, marked
 * `maybeApplied`: see `isMaybeApplied`. Offline it waits; if the identity ends meanwhile, it fails with `TokenError`
 * (`identity_changed`) once the device is online, and is never sent.
 *
 * @param build - makes the query out of what `mutate` is given: `fql`, or with the FQL v4 driver an expression.
 * @param options - TanStack's `useMutation` options less `mutationFn`, plus `request`, `invalidates`, `optimistic`.
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
  // Here and not in TanStack, so that the app's defaults, such as retry, obey our rules too.
  const merged = { ...cache.getDefaultOptions().mutations, ...options } as typeof options;
  const built = buildMutationOptions(connection, identity, build, merged);
  return useOwnResult(useMutation(built, cache), built.mutationKey, cache);
}
