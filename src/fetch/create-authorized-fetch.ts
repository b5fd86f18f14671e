import { type AuthSource, readAuth } from "../auth/auth-source";
import { createSession } from "../auth/session";
import { createAuthorize } from "../auth/tokens";
import { type AuthorizedFetch, authorizedFetch } from "./authorized-fetch";
import { originOf } from "./origin-of";

/** What {@link createAuthorizedFetch} and {@link useAuthorizedFetch} share. */
export interface AuthorizedFetchOptions {
  /**
   * Allows plain `http:` to a host that is not loopback.
   * @defaultValue `false`
   */
  allowInsecureEndpoint?: boolean | undefined;
}

/** Options of {@link createAuthorizedFetch}. */
export interface CreateAuthorizedFetchOptions
  extends AuthorizedFetchOptions, Pick<AuthSource, "userId" | "template"> {
  /** Returns a token or null. It is asked before every request, so caching is its own affair. */
  getToken: NonNullable<AuthSource["getToken"]>;
  /** Where the token may go, and nowhere else. Of a longer URL the origin counts. */
  origin: string | URL;
  /**
   * Longest wait for a token in ms.
   * @defaultValue `10_000`
   */
  tokenTimeout?: number | undefined;
}

/**
 * A `fetch` that sends a fresh token with each request, for GraphQL clients and everything else that takes a `fetch`. A
 * request that is answered 401 is sent once more with a newer token, so its body is kept until then, also that of a
 * stream; a second 401 is the caller's. The token replaces an `Authorization` header that was there.
 *
 * The token goes to `origin` only: other and relative URLs are refused, and a redirect to elsewhere is followed without
 * it, which is the `fetch` standard's own rule since 2022. Chrome keeps it since 119, Firefox since 111, Safari since
 * 16.1, Node since 20; older ones may send the token along.
 *
 * @returns It rejects with `TokenError`, with `ConfigurationError` (`foreign_origin`), and as `fetch` does.
 * @throws ConfigurationError for an origin that is not an http(s) URL, or is insecure.
 *
 * @example
 * ```ts
 * const fetch = createAuthorizedFetch({
 *   origin: "https://api.example.com",
 *   getToken: ({ template, skipCache }) => clerk.session.getToken({ template, skipCache }),
 * });
 * const client = new GraphQLClient("https://api.example.com/graphql", { fetch });
 * ```
 */
export function createAuthorizedFetch({
  origin,
  tokenTimeout,
  allowInsecureEndpoint,
  getToken,
  userId,
  template,
}: CreateAuthorizedFetchOptions): AuthorizedFetch {
  const state = readAuth({ getToken, userId, template });
  const session = createSession(state);
  const authorize = createAuthorize(session, tokenTimeout);
  const allowed = originOf(origin, allowInsecureEndpoint);
  return authorizedFetch(allowed, { session, authorize }, state.identity);
}
