import { useMemo } from "react";

import {
  type AuthorizedFetch,
  authorizedFetch,
  type AuthorizedFetchOptions,
} from "../client/authorized-fetch";
import { originOf } from "../client/endpoint";
import { useFaunaContext } from "./fauna-context";

/**
 * {@link createAuthorizedFetch} for whoever is signed in below a `FaunaProvider`, with its tokens: requests wait while
 * Clerk loads, and reject with `TokenError`: `signed_out` while nobody is signed in, `identity_changed` when user,
 * session or organization change before the whole answer has been read.
 *
 * The same function until the origin or the identity changes; the one before then refuses to send. So make the
 * GraphQL client out of it with `useMemo`, and each identity has a client, and with it a cache, of its own.
 *
 * @param url - a URL of the only origin that the token is sent to.
 * @throws ConfigurationError without a `FaunaProvider` above, and for a URL that is not http(s), or insecure.
 *
 * @example
 * ```tsx
 * const fetch = useAuthorizedFetch(url);
 * const client = useMemo(() => new GraphQLClient(url, { fetch }), [fetch]);
 * ```
 */
export function useAuthorizedFetch(
  url: string | URL,
  { allowInsecureEndpoint }: AuthorizedFetchOptions = {},
): AuthorizedFetch {
  const { connection, identity } = useFaunaContext();
  const origin = originOf(url, allowInsecureEndpoint);
  return useMemo(
    () => authorizedFetch(origin, connection, identity),
    [origin, connection, identity],
  );
}
