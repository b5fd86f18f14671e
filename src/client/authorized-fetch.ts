import { type AuthSource, type Identity, readAuthAlone } from "../auth/identity";
import { createIdentityStore, type IdentityStore } from "../auth/identity-store";
import { createTokens, type Tokens } from "../auth/fetch-with-token";
import { runRequest } from "../auth/running";
import { forFetch, identitySignal } from "../auth/signals";
import { ConfigurationError } from "../errors";
import { endBodyWith } from "./end-body-with";
import { originOf, parseUrl } from "./endpoint";

/** `fetch` to one origin, as one identity. */
export type AuthorizedFetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

/** Whose requests they are, and where their tokens come from. */
interface Authority {
  readonly identityStore: IdentityStore;
  readonly tokens: Pick<Tokens, "fetchWithToken">;
}

/**
 * @param origin - the only place where the tokens go.
 * @param identity - whose requests they are. If it is not known yet, it becomes the one that is signed in then.
 * Without one, each request is of the identity of its moment.
 */
export function authorizedFetch(
  origin: string,
  { identityStore, tokens }: Authority,
  identity?: Identity,
): AuthorizedFetch {
  return async (input, init) => {
    if (!(input instanceof Request) && !parseUrl(input)) refuseOrigin(origin, input);
    const request = new Request(input, init);
    if (!request.url.startsWith(`${origin}/`)) refuseOrigin(origin, request.url);
    if (identity && identity.status !== "signed-in") ({ identity } = identityStore.current());
    // Not the signal of `request`: an engine may forget it when `request` is garbage.
    const { signal: callerSignal } = {
      signal: (Object(input) as Partial<Request>).signal,
      ...init,
    };
    // Also ends the body, which is read when the request is over.
    const signal = identitySignal(identityStore, identity, callerSignal ?? undefined);
    const response = await runRequest(identityStore, { identity, signal }, (running) =>
      tokens.fetchWithToken(running, (token) => {
        running.step();
        // A copy, because the request may have to be repeated and a body can be read only once.
        const attempt = request.clone();
        attempt.headers.set("authorization", `Bearer ${token}`);
        return fetch(attempt, { signal: forFetch(signal, running.signal) });
      }),
    );
    return endBodyWith(signal, response);
  };
}

function refuseOrigin(origin: string, url: string | URL): never {
  // Without query and fragment, because errors are logged.
  const place = String(url).replace(/[?#].*/, "");
  throw new ConfigurationError(
    "foreign_origin",
    `The token is for ${origin} alone, and not sent to ${place}. Pass an absolute URL of that origin, or use the plain fetch.`,
  );
}

/** Options of both {@link createAuthorizedFetch} and {@link useAuthorizedFetch}. */
export interface AuthorizedFetchOptions {
  /**
   * Allows plain `http:` to a host that is not loopback.
   * @default false
   */
  allowInsecureEndpoint?: boolean | undefined;
}

/** Options of {@link createAuthorizedFetch}. */
export interface CreateAuthorizedFetchOptions
  extends AuthorizedFetchOptions, Pick<AuthSource, "userId" | "template"> {
  /** Returns a token or null. It is called before every request and has to do its own caching. */
  getToken: NonNullable<AuthSource["getToken"]>;
  /** The only place where the token may go. If it is a longer URL, only its origin counts. */
  origin: string | URL;
  /**
   * Longest wait for a token in ms.
   * @default 10_000
   */
  tokenTimeout?: number | undefined;
}

/**
 * A `fetch` that sends a fresh token with each request, for GraphQL clients and anything else that takes a `fetch`.
 * After a 401 it sends the request once more with a newer token, so it keeps the body until then, even that of a
 * stream. A second 401 is returned. The token replaces an `Authorization` header of the request.
 *
 * The token goes to `origin` only. Other and relative URLs are refused. A redirect to another origin is followed
 * without the token: so Chrome does since 119, Firefox since 111, Safari since 16.1 and Node since 20, by the `fetch`
 * standard of 2022. Older ones may send it along.
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
  const identityStore = createIdentityStore(readAuthAlone({ getToken, userId, template }));
  const tokens = createTokens(identityStore, tokenTimeout);
  return authorizedFetch(originOf(origin, allowInsecureEndpoint), { identityStore, tokens });
}
