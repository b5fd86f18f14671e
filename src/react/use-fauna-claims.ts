import { fql } from "fauna";

import type { FaunaQueryOptions } from "../cache/query-options";
import { useFaunaQuery, type UseFaunaQueryResult } from "./use-fauna-query";

/** The claims of every token of a Clerk JWT template for Fauna. */
export interface FaunaClaims {
  /** The id of the user. */
  readonly sub: string;
  readonly iss: string;
  readonly aud: string | readonly string[];
  /** In seconds since 1970: bigint with the driver's `long_type: "bigint"`, otherwise number. */
  readonly exp: number | bigint;
  readonly iat: number | bigint;
  readonly nbf: number | bigint;
}

/**
 * The claims of the user's token, as Fauna has read and verified them. The predicates of its roles see them as
 * `Query.token()`. This is an ordinary query: cached, and refetched as by `useFaunaQuery`. A refetch may return the
 * times of a newer token. Use claims only to decide what the page shows. Fauna's roles decide what a user may do.
 *
 * Integers arrive as numbers, or as bigints with the driver's `long_type: "bigint"`.
 *
 * @typeParam T - the claims that the JWT template adds. They are not checked. A claim whose shortcode has no value
 * is null.
 * @param options - those of `useFaunaQuery`, such as `select`.
 * @returns The result of `useFaunaQuery`: `data`, `error`, `loading` … `data` is null if `getToken` returned the
 * secret of a Fauna key, which has no claims.
 * @throws ConfigurationError without a `FaunaProvider` above.
 *
 * @example
 * ```tsx
 * const { data } = useFaunaClaims<{ email: string; role: string | null }>();
 * return <p>{`${data?.email} is ${data?.role ?? "nobody special"}`}</p>;
 * ```
 */
export function useFaunaClaims<T = unknown, D = FaunaClaims & T>(
  options?: FaunaQueryOptions<FaunaClaims & T, D>,
): UseFaunaQueryResult<D> {
  return useFaunaQuery<never, D>(fql`Query.token()`, options as never);
}
