import { type AuthSource, type Identity, readAuth } from "../auth/identity";
import { createSession, type Session } from "../auth/identity-store";
import { type Authorize, createAuthorize } from "../auth/tokens";
import { ConfigurationError } from "../errors";
import { originOf } from "./endpoint";

/** `fetch` to one origin, as one identity. */
export type AuthorizedFetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

/** Whose requests they are, and where their tokens come from. */
interface Authority {
  readonly session: Session;
  readonly authorize: Authorize;
}

/**
 * @param origin - where the tokens go, and nowhere else.
 * @param identity - the only one to send for. One that is not known yet is whoever turns out to be signed in.
 */
export function authorizedFetch(
  origin: string,
  { session, authorize }: Authority,
  identity: Identity,
): AuthorizedFetch {
  return async (input, init) => {
    if (!(input instanceof Request) && !URL.canParse(input)) refuse(origin, input);
    const request = new Request(input, init);
    if (!request.url.startsWith(`${origin}/`)) refuse(origin, request.url);
    if (identity.status !== "signed-in") ({ identity } = session.current());
    const signal = session.begin(identity, request.signal);
    const response = await authorize(signal, (token) => {
      // A copy, because a body can be read only once and the request may have to be repeated.
      const attempt = request.clone();
      attempt.headers.set("authorization", `Bearer ${token}`);
      return fetch(attempt, { signal });
    });
    // An answer that comes after the end of its identity is nobody's; what of its body is yet to come, the signal ends.
    signal.throwIfAborted();
    return response;
  };
}

function refuse(origin: string, url: string | URL): never {
  // Not what follows the path: errors are logged.
  const place = String(url).replace(/[?#].*/, "");
  throw new ConfigurationError(
    "foreign_origin",
    `The token is for ${origin} alone, and not sent to ${place}. Pass an absolute URL of that origin, or use the plain fetch.`,
  );
}

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
