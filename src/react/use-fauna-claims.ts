import { fql } from "fauna";

import type { FaunaQueryOptions } from "../cache/query-options";
import { useFaunaQuery, type UseFaunaQueryResult } from "./use-fauna-query";

/** The claims that every token of a Clerk JWT template for Fauna has. */
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
 * The claims of the user's token as Fauna has read and verified them: what the predicates of its roles see as
 * `Query.token()`. A query like any other: cached, and asked again as `useFaunaQuery` does, when the times in it are
 * those of a newer token. What the page shows by them is a convenience: what a user may do, Fauna's roles decide.
 *
 * Fauna takes every integer of a token for a long, so they arrive as numbers, or as bigints with the driver's
 * `long_type: "bigint"`.
 *
 * @typeParam T - the claims that the JWT template adds. They are not checked: a claim whose shortcode has no value is
 * null.
 * @param options - those of `useFaunaQuery`, such as `select`.
 * @returns The result of `useFaunaQuery`: `data`, `error`, `loading` … `data` is null if `getToken` gave the secret of a
 * Fauna key, which has no claims.
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
