import type {
  EmbeddedSet,
  Page,
  Query,
  QueryOptions,
  QuerySuccess,
  QueryValue,
  SetIterator,
} from "fauna";

import { type AuthState, readAuth } from "../auth/identity";
import type { FaunaHydrationState, FaunaReceipt } from "../cache/hydration-state";
import { identityKey, PAGES } from "../cache/keys";
import type { Skip } from "../cache/query-options";
import type { FaunaReadOptions } from "../cache/read-options";
import { type ConnectionOptions, createConnection } from "../client/connection";
import { parseEndpoint } from "../client/endpoint";
import { txnCookie } from "../client/txn-cookie";
import { type FaunaLiveQueryOptions, sourceKey } from "../live/live-query-options";
import { encodeValues } from "./encode-values";
import { plainFetch } from "./plain-fetch";
import { Prefetches, readFirstPage, readPlain, snapshotReader } from "./prefetches";
import { txnInCookie } from "./txn-in-cookie";
import { type FaunaServerAuth, keepToken } from "./request-tokens";

/** Options of {@link createFaunaRequest}: those of a provider, and whose request it is. */
export interface CreateFaunaRequestOptions extends Omit<ConnectionOptions, "live"> {
  /** What the server SDK of Clerk returned for this request: `await auth()`, `await getAuth(args)`. */
  auth: FaunaServerAuth;
  /**
   * Name of the Clerk JWT template, the same as that of the browser's `FaunaProvider`, which takes no other one's data.
   * @default "fauna"
   */
  template?: string | undefined;
  /**
   * The endpoint of the browser's `FaunaProvider`, if the server reaches Fauna by another address.
   * @default endpoint
   */
  publicEndpoint?: string | URL | undefined;
  /**
   * The request's Cookie header. In it the provider of a framework's entry tells the time of the browser's last
   * transaction, so that what is asked here sees what was written there.
   */
  cookie?: string | null | undefined;
}

/** Fauna for one request to a server, as the user who has sent it. See {@link createFaunaRequest}. */
export interface FaunaRequest {
  /**
   * Sends a query, as the driver's own client does.
   *
   * @throws TokenError (`signed_out`) if nobody is signed in; the driver's errors.
   */
  readonly query: <T extends QueryValue>(
    query: Query<T>,
    options?: QueryOptions,
  ) => Promise<QuerySuccess<T>>;
  /**
   * Iterates over the pages of a Set, as the driver's own client does.
   *
   * @throws as `query`, from the iterator.
   */
  readonly paginate: <T extends QueryValue>(
    iterable: Page<T> | EmbeddedSet | Query<T | Page<T>>,
    options?: QueryOptions,
  ) => SetIterator<T>;
  /**
   * Reads a query for the `useFaunaQuery` and `useFaunaSuspenseQuery` below a `FaunaHydration`. Without `await` the
   * page starts before the answer is there, which follows it. If nobody is signed in it does nothing. If it fails,
   * the browser asks.
   *
   * @throws ConfigurationError for anything that is not an FQL v10 query.
   */
  readonly prefetch: (query: Query | Skip, options?: FaunaReadOptions) => Promise<void>;
  /** The same for the first page of a `useFaunaInfiniteQuery`. */
  readonly prefetchInfinite: <T extends QueryValue>(
    query: Query<Page<T>> | Skip,
    options?: FaunaReadOptions,
  ) => Promise<void>;
  /** The same for a `useFaunaLiveQuery`, which goes on from there. Pass the `on` that you pass to the hook. */
  readonly prefetchLive: (
    query: Query | Skip,
    options?: FaunaReadOptions & Pick<FaunaLiveQueryOptions<unknown>, "on">,
  ) => Promise<void>;
  /**
   * Returns the props of `FaunaHydration`: all that was prefetched so far, and what is still on its way.
   *
   * @throws ConfigurationError if a prefetch has failed because of the set-up.
   */
  readonly dehydrate: () => { readonly state: FaunaHydrationState };
  /**
   * Returns what a Server Action has to return to `useFaunaAction`, so that the browser sees what was written here.
   *
   * @param value - a result of a query, or other plain data, for the caller of the action.
   * @throws SerializationError (`not_serializable`).
   */
  readonly receipt: {
    (): FaunaReceipt;
    <T>(value: T): FaunaReceipt<T>;
  };
  /**
   * Tells the browser, in a cookie of the response, the time of the last transaction, so that the next request sees what
   * was written here: the loaders after an action, a page after a redirect. The browser's own requests see it by
   * `dehydrate` or `receipt`.
   */
  readonly setCookie: (headers: Headers) => void;
}

/**
 * Makes Fauna for one request to a server: a loader's, an action's, a page's. It belongs to the identity of that
 * request alone, so make one for each and keep none. It asks Clerk for one token, whatever the number of queries, and
 * for another one if that has ended or is refused.
 *
 * @throws ConfigurationError for a missing, malformed or insecure endpoint.
 *
 * @example
 * ```ts
 * const fauna = createFaunaRequest({ endpoint: "https://fauna.example.com", auth: await getAuth(args) });
 * await fauna.prefetch(fql`Todo.all()`);
 * return fauna.dehydrate();
 * ```
 */
export function createFaunaRequest(options: CreateFaunaRequestOptions): FaunaRequest {
  const { auth, template, publicEndpoint, cookie, ...rest } = options;
  const connection = createConnection(rest, readServerAuth(auth, template), plainFetch);
  const { getClient, identityStore } = connection;
  const client = getClient();
  client.lastTxnTs = txnInCookie(cookie);
  const { identity } = identityStore.current();
  const endpoint = publicEndpoint
    ? parseEndpoint(publicEndpoint, rest.allowInsecureEndpoint)
    : connection.endpoint;
  const prefetches = new Prefetches(connection, identity);

  return {
    query: (...args) => {
      prefetches.outdate();
      return client.query(...args);
    },
    paginate: (...args) => {
      prefetches.outdate();
      return client.paginate(...args);
    },
    prefetch: (query, own) => prefetches.add(query, own, readPlain),
    prefetchInfinite: (query, own) => prefetches.add(query, own, readFirstPage, PAGES),
    prefetchLive: (query, { on, ...own } = {}) =>
      prefetches.add(query, own, snapshotReader(on), [], sourceKey(on)),
    dehydrate() {
      const { userId, sessionId, orgId } = identity;
      return {
        state: {
          owner: identityKey({ endpoint }, identity),
          identity: { userId, sessionId, orgId },
          ...(client.lastTxnTs && { txn: client.lastTxnTs }),
          queries: prefetches.all(),
        },
      };
    },
    receipt: (value?: unknown) => ({
      faunaReceiptOf: identity.key,
      txn: client.lastTxnTs ?? null,
      value: encodeValues({ value }),
    }),
    setCookie(headers) {
      if (client.lastTxnTs) headers.append("set-cookie", txnCookie(client.lastTxnTs));
    },
  };
}

/** The identity of a request, which never changes, and a getter that keeps its token. */
function readServerAuth(auth: FaunaServerAuth, template: string | undefined): AuthState {
  const { userId, sessionId, orgId } = auth;
  const getToken = keepToken(auth);
  return readAuth({
    auth: { isLoaded: true, isSignedIn: Boolean(userId), userId, sessionId, orgId, getToken },
    template,
  });
}
