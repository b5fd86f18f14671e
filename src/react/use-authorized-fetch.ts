import { useMemo } from "react";

import {
  type AuthorizedFetch,
  authorizedFetch,
  type AuthorizedFetchOptions,
} from "../client/authorized-fetch";
import { originOf } from "../client/endpoint";
import { useFaunaContext } from "./fauna-context";

/**
 * {@link createAuthorizedFetch} with the identity and the tokens of a `FaunaProvider`. Requests wait while Clerk
 * loads. They reject with `TokenError`: `signed_out` while nobody is signed in, `identity_changed` if user, session
 * or organization change before the whole response has been read.
 *
 * Returns the same function until the origin or the identity changes; the old function then refuses to send. So
 * make the GraphQL client with `useMemo`: each identity then has its own client, with its own cache.
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
