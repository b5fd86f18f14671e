import {
  QueryClient,
  QueryClientContext,
  QueryClientProvider,
  useIsRestoring,
} from "@tanstack/react-query";
import {
  type ReactNode,
  useContext,
  useEffect,
  useInsertionEffect,
  useMemo,
  useState,
} from "react";

import {
  type AuthSource,
  type AuthState,
  type ClerkAuth,
  type Identity,
  readAuth,
} from "../auth/identity";
import { caches } from "../cache/caches";
import { purgeOnEnd, purgeOthers } from "../cache/purge";
import { type Connection, type ConnectionOptions, createConnection } from "../client/connection";
import { parseEndpoint } from "../client/endpoint";
import { FaunaContext } from "./fauna-context";

/** Props of {@link FaunaProvider}. One of `auth` and `getToken` is required. */
export interface FaunaProviderProps extends AuthSource, ConnectionOptions {
  /**
   * The app's TanStack Query client, to share its cache.
   * @defaultValue the one in TanStack's context, otherwise one that the page's providers share
   */
  queryClient?: QueryClient | undefined;
  children?: ReactNode;
}

let pageCache: QueryClient | undefined;

/**
 * One for all providers of a page: React forgets the state of what suspends before it was mounted, and with a cache that
 * is forgotten a provider below a `<Suspense>` would ask for ever. On a server one for each rendering.
 */
const ownCache = (): QueryClient =>
  typeof window === "undefined" ? new QueryClient() : (pageCache ??= new QueryClient());

/**
 * Gives the components below it Fauna, authenticated as the user who is signed in: one long-lived client per Fauna
 * driver, and a fresh token from `getToken` on every request. Rendered on a server it sends nothing.
 *
 * When user, session, organization or template change, requests under way are aborted and the data of the identity
 * before leaves the cache. When it unmounts, its data leaves too, so place it near the root.
 *
 * @throws ConfigurationError for a missing, malformed or insecure endpoint, and for both or neither of `auth` and
 * `getToken`.
 *
 * @example
 * ```tsx
 * // With any Clerk SDK (the entries named after an SDK need no `auth`):
 * <FaunaProvider endpoint="https://fauna.example.com" auth={useAuth()}>…</FaunaProvider>
 * // In a test:
 * <FaunaProvider endpoint={local.url} getToken={async () => local.secret}>…</FaunaProvider>
 * ```
 */
export function FaunaProvider({ children, queryClient, ...props }: FaunaProviderProps): ReactNode {
  const auth = readAuth(props);
  const identity = useSettledIdentity(auth.identity);
  const connection = useConnection(props, auth);
  const inherited = useContext(QueryClientContext);
  const [own] = useState(ownCache);
  const cache = queryClient ?? inherited ?? own;

  // Before the effects of the children, which may prefetch.
  useInsertionEffect(() => void caches.set(connection, cache), [connection, cache]);

  useEffect(() => {
    purgeOnEnd(connection, cache);
    cache.mount();
    const release = connection.session.retain();
    return () => {
      release();
      cache.unmount();
    };
  }, [connection, cache]);

  // Once it is certain who is signed in, and what was persisted is back.
  const isRestoring = useIsRestoring();
  useEffect(() => {
    if (!isRestoring) purgeOthers(connection, cache);
  }, [connection, cache, identity.key, isRestoring]);

  const value = useMemo(() => ({ connection, identity, cache }), [connection, identity, cache]);
  const provided = <FaunaContext.Provider value={value}>{children}</FaunaContext.Provider>;
  return inherited ? (
    provided
  ) : (
    <QueryClientProvider client={cache}>{provided}</QueryClientProvider>
  );
}

/** One connection for the provider's life; another endpoint is another one. */
export function useConnection(options: ConnectionOptions, auth: AuthState): Connection {
  const { href } = parseEndpoint(options.endpoint, options.allowInsecureEndpoint);
  const [current, setCurrent] = useState(() => createConnection(options, auth));
  let connection = current;
  if (current.endpoint.href !== href) {
    connection = createConnection(options, auth);
    setCurrent(connection);
  }
  // Before the effects of the children, which fetch; silent on the server; and no write during render.
  useInsertionEffect(() => connection.session.update(auth));
  return connection;
}

/**
 * The last identity that was certain. Clerk says "loading" for a moment while it changes sessions; the screen stays
 * as it is until it says who is signed in. Derived during render, so that no frame shows the identity before.
 */
export function useSettledIdentity(incoming: Identity): Identity {
  const [settled, setSettled] = useState(incoming);
  if (incoming.status === "loading" || incoming.key === settled.key) return settled;
  setSettled(incoming);
  return incoming;
}

/** `FaunaProvider` wired to a Clerk SDK's `useAuth`. Given `auth` or `getToken` it takes those, and needs no Clerk. */
export function createClerkProvider(
  useAuth: () => ClerkAuth,
): (props: FaunaProviderProps) => ReactNode {
  function ClerkFaunaProvider(props: FaunaProviderProps): ReactNode {
    return <FaunaProvider {...props} auth={useAuth()} />;
  }
  return (props) =>
    props.auth || props.getToken ? <FaunaProvider {...props} /> : <ClerkFaunaProvider {...props} />;
}
