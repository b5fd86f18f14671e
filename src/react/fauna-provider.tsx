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
  useSyncExternalStore,
} from "react";

import {
  type AuthSource,
  type AuthState,
  type ClerkAuth,
  createLate,
  hide,
  type Identity,
  readAuth,
  replaces,
} from "../auth/identity";
import { doubtsOf, sessionOf } from "../auth/doubts";
import { afterTokenTimeout } from "../auth/fetch-with-token";
import { loadLater } from "../auth/load-later";
import { addProvider } from "../cache/providers";
import { purgeOnEnd, purgeOthers } from "../cache/purge";
import {
  attachCache,
  type Connection,
  type ConnectionOptions,
  createConnection,
} from "../client/connection";
import { parseEndpoint } from "../client/endpoint";
import type { TokenError } from "../errors";
import { FaunaContext } from "./fauna-context";

/** Props of {@link FaunaProvider}. One of `auth` and `getToken` is required, unless its entry is named after an SDK. */
export interface FaunaProviderProps extends AuthSource, ConnectionOptions {
  /**
   * The app's TanStack Query client, to share its cache.
   * @default the one in TanStack's context, otherwise one that the page's providers share
   */
  queryClient?: QueryClient | undefined;
  children?: ReactNode;
}

let pageCache: QueryClient | undefined;

/**
 * All providers of a page share a cache. React drops the state of a component that suspends before it has mounted:
 * with its own cache, a provider below a `<Suspense>` would start over forever. A server makes one per render.
 */
const ownCache = (): QueryClient =>
  typeof window === "undefined" ? new QueryClient() : (pageCache ??= new QueryClient());

/**
 * Gives the components below it access to Fauna as the user who is signed in: one long-lived client per Fauna
 * driver, and a fresh token from `getToken` on every request. On a server it sends nothing.
 *
 * When user, session, organization or template change, it aborts running requests and removes the previous
 * identity's data from the cache. When it unmounts it removes its data too, so place it near the root.
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
  const inherited = useContext(QueryClientContext);
  const [own] = useState(ownCache);
  const cache = queryClient ?? inherited ?? own;
  const { connection, auth } = useConnection(props, cache);
  const late = useLate(auth, props.tokenTimeout);
  const { key } = auth.identity;

  useEffect(() => {
    purgeOnEnd(connection, cache);
    cache.mount();
    const remove = addProvider(cache, connection);
    return () => {
      remove();
      cache.unmount();
    };
  }, [connection, cache]);

  // When it is known who is signed in, and persisted data has been restored.
  const isRestoring = useIsRestoring();
  useEffect(() => {
    if (!isRestoring) purgeOthers(connection, cache);
  }, [connection, cache, key, isRestoring]);

  const value = useMemo(() => {
    const identity = late ? createLate(auth.template, late) : auth.identity;
    return { connection, auth, identity, cache };
  }, [connection, auth, cache, late]);
  const provided = <FaunaContext.Provider value={value}>{children}</FaunaContext.Provider>;
  return inherited ? (
    provided
  ) : (
    <QueryClientProvider client={cache}>{provided}</QueryClientProvider>
  );
}

/**
 * The provider's connection, and the last known identity with its token getter.
 *
 * Clerk says "loading" for a moment while it changes sessions; the screen stays as it is until Clerk says who is signed
 * in. When another tab says that the session has ended, nothing of it stays until Clerk has told more. All is derived during
 * render, so that no frame shows the previous identity.
 */
function useConnection(
  options: AuthSource & ConnectionOptions,
  cache: QueryClient,
): { connection: Connection; auth: AuthState } {
  const told = readAuth(options);
  const doubts = doubtsOf(cache);
  const read = (): boolean => doubts.sessions.has(sessionOf(told.identity));
  const incoming = useSyncExternalStore(doubts.subscribe, read, read) ? hide(told) : told;
  const [shown, show] = useState(incoming);
  const connection = useConnectionTo(options, { ...incoming, identity: shown.identity }, cache);
  const latest = useNamed(incoming, connection);
  // An insertion effect runs before the children's effects, which fetch and prefetch, and is silent on a server.
  useInsertionEffect(() => {
    connection.identityStore.update(incoming);
    attachCache(connection, cache);
  });

  useEffect(() => {
    const end = new AbortController();
    void loadLater(
      () => import("../auth/sign-outs"),
      ({ shareSignOuts }) => shareSignOuts(connection, doubts, end.signal),
      () => !end.signal.aborted,
    );
    return () => end.abort();
  }, [connection, doubts]);

  if (replaces(latest, shown)) {
    // React renders this again before the children.
    show(latest);
    // They may show them.
    if (latest.identity.key !== shown.identity.key) connection.forgetMutations?.(shown.identity);
  }
  return { connection, auth: shown };
}

/** One connection for the provider's life. A new endpoint is a new connection. */
function useConnectionTo(
  options: ConnectionOptions,
  auth: AuthState,
  cache: QueryClient,
): Connection {
  // With its cache from the first render on, whose defaults its queries have.
  const create = (): Connection => Object.assign(createConnection(options, auth), { cache });
  const [connection, setConnection] = useState(create);
  const { endpoint, allowInsecureEndpoint } = options;
  // In most renders it is the same text, which takes time to parse.
  if (
    endpoint !== connection.options.endpoint &&
    parseEndpoint(endpoint, allowInsecureEndpoint).href !== connection.endpoint.href
  ) {
    setConnection(create);
    connection.forgetMutations?.(connection.identityStore.current().identity);
  }
  return connection;
}

/** Returns what the app says of the user. If it says nothing, the identity is the one that the tokens name. */
function useNamed(incoming: AuthState, connection: Connection): AuthState {
  const { isNamedByToken } = incoming;
  const { current, onNamed } = connection.identityStore;
  const read = (): Identity | undefined => (isNamedByToken ? current().identity : undefined);
  const identity = useSyncExternalStore(onNamed, read, read);
  useEffect(() => void connection.tokens.identify(), [connection, isNamedByToken]);
  return identity ? { ...incoming, identity } : incoming;
}

/** Returns an error if Clerk has not loaded in time. Once it has, everything goes on as if it had been in time. */
function useLate(
  { identity, isNamedByToken }: AuthState,
  timeoutMs: number | undefined,
): TokenError | undefined {
  const [error, setError] = useState<TokenError>();
  const isWaiting = identity.status === "loading" && !isNamedByToken;
  useEffect(() => {
    const timer = isWaiting ? afterTokenTimeout(timeoutMs, setError) : undefined;
    return () => clearTimeout(timer);
  }, [isWaiting, timeoutMs]);
  // The next wait has its own time.
  if (error && !isWaiting) setError(undefined);
  return error;
}

/** Makes a `FaunaProvider` that calls a Clerk SDK's `useAuth`, unless it is given `auth` or `getToken`. */
export function createClerkProvider(
  useAuth: () => ClerkAuth,
): (props: FaunaProviderProps) => ReactNode {
  function ClerkFaunaProvider(props: FaunaProviderProps): ReactNode {
    return <FaunaProvider {...props} auth={useAuth()} />;
  }
  return (props) =>
    props.auth || props.getToken ? <FaunaProvider {...props} /> : <ClerkFaunaProvider {...props} />;
}
