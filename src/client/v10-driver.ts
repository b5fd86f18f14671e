import {
  Client,
  type ClientConfiguration,
  type EmbeddedSet,
  type EventSource,
  type FeedClientConfiguration as FeedOptions,
  type HTTPClient,
  type HTTPRequest,
  type HTTPStreamClient,
  NetworkError,
  type Page,
  type Query,
  type QueryOptions,
  type QueryValue,
  type StreamClientConfiguration as StreamOptions,
  TaggedTypeFormat,
} from "fauna";

import type { Driver, DriverContext } from "./driver";
import { networkError } from "./network-error";
import { type OutgoingRequest, PLACEHOLDER_SECRET, type Transport } from "./transport";
import { VALUE_CLASSES } from "./value-classes";

/** The driver's `ClientConfiguration` without what the provider sets. */
export type FaunaClientConfiguration = Omit<ClientConfiguration, "endpoint" | "secret">;

/** The driver's per-query options without `secret`: the token is the signed-in user's. */
export type FaunaRequestOptions = Omit<QueryOptions, "secret">;

type AnyQuery = Query<QueryValue>;

/**
 * The options that change an answer, and so are part of a query's key. Those of the client are, too, because several
 * providers may share a cache.
 */
const ANSWER_OPTIONS = ["arguments", "format", "long_type", "typecheck"] as const;

/** Whether an HTTP status means contention, rate limit, time-out, or a server error (5xx). */
export const isTransientStatus = (status = 0): boolean =>
  [409, 429, 440].includes(status) || status >= 500;

/** What each client was made for. */
export const contexts: WeakMap<object, DriverContext> = new WeakMap();

/** The `fauna` driver (FQL v10). Its client is made when somebody asks for it: a server renders pages without one. */
export function createV10Driver(
  context: DriverContext,
  configuration: FaunaClientConfiguration = {},
): Driver<AnyQuery, Client> {
  const { transport, endpoint } = context;
  let client: AuthorizedClient | undefined;
  function getClient(): Client {
    if (!client) {
      client = new AuthorizedClient(
        // The driver would retry a 429 three times within each of TanStack's retries.
        { max_attempts: 1, ...configuration, endpoint, secret: PLACEHOLDER_SECRET },
        createV10HttpClient(transport, configuration.fetch_keepalive),
      );
      contexts.set(client, context);
    }
    return client;
  }

  return {
    name: "v10",
    getClient,
    classes: new Set([...VALUE_CLASSES, Object, Array, Uint8Array]),

    accepts: (query): query is AnyQuery => typeof (query as AnyQuery | null)?.encode === "function",

    // Encoded fragments and values are plain JSON, in which TanStack's hash ignores the order of keys. What the key does
    // not say costs nothing: it is hashed in each render.
    key(query, request) {
      const key: Record<string, unknown> = { ...query.encode() };
      const options: FaunaRequestOptions = { ...configuration, ...request };
      for (const name of ANSWER_OPTIONS)
        if (options[name] !== undefined) key[name] = TaggedTypeFormat.encode(options[name]);
      return key;
    },

    run: (query, options) =>
      transport
        .withTicket(options, (secret) => getClient().query(query, { ...options.request, secret }))
        .then(({ data, ...info }) => ({ data, info, txn: info.txn_ts })),

    isTransient: (error) =>
      error instanceof NetworkError ||
      isTransientStatus((error as { httpStatus?: number } | null)?.httpStatus),
  };
}

/**
 * The driver's client, but each call belongs to the identity of its moment: a query with the driver's own retries,
 * all pages of an iteration, all connections of a stream.
 */
class AuthorizedClient extends Client {
  override query<T extends QueryValue>(query: Query<T>, options?: QueryOptions) {
    return super.query<T>(query, this.#own(options));
  }

  override paginate<T extends QueryValue>(
    iterable: Page<T> | EmbeddedSet | Query<T | Page<T>>,
    options?: QueryOptions,
  ) {
    return super.paginate(iterable, this.#own(options));
  }

  override stream<T extends QueryValue>(source: Source, options?: Partial<StreamOptions>) {
    return super.stream<T>(...this.#begin(source, options));
  }

  override feed<T extends QueryValue>(source: Source, options?: Partial<FeedOptions>) {
    return super.feed<T>(...this.#begin(source, options));
  }

  #own<O extends object>(options: O | undefined) {
    const { transport } = contexts.get(this) as DriverContext;
    return { secret: transport.secretNow(), ...options };
  }

  /** The driver would resolve a query with its own secret. It also takes a function, which its types hide. */
  #begin<O extends { cursor?: string }>(source: Source, options: O | undefined) {
    const own = this.#own(options);
    const { secret } = own;
    // The driver itself refuses a query with a cursor.
    if (!("encode" in source) || options?.cursor) return [source as never, own] as const;
    const resolve = () => this.query(source, { secret }).then(({ data }) => data);
    return [resolve as never, own] as const;
  }
}

type Source = EventSource | Query<EventSource>;

/** Sends all requests of the driver's client. Live queries open their streams themselves, in live/read-events.ts. */
export function createV10HttpClient(
  transport: Transport,
  keepalive = false,
): HTTPClient & HTTPStreamClient {
  const post = (
    path: string,
    { headers: { Authorization, ...headers }, method, data }: Request,
    more: Partial<OutgoingRequest>,
  ): Promise<Response> =>
    transport.send(Authorization, path, {
      method,
      headers: headers as Record<string, string>,
      body: JSON.stringify(data),
      ...more,
    });

  return {
    async request(request) {
      const { path = "/query/1", client_timeout_ms: timeout } = request;
      try {
        const response = await post(path, request, { timeout, keepalive });
        return {
          status: response.status,
          headers: Object.fromEntries(response.headers),
          body: await response.text(),
        };
      } catch (error) {
        throw networkError(error);
      }
    },

    stream(request) {
      let close!: () => void;
      const closed = new Promise<undefined>((resolve) => (close = resolve as () => void));
      const open = (signal: AbortSignal) => post("/stream/1", request, { signal });
      async function* read(): AsyncGenerator<string> {
        // Loaded on demand: only apps with streams need it. A request for code may hang.
        const code = await Promise.race([closed, import("./v10-stream")]);
        if (code) yield* code.readStream(transport, open, closed);
      }
      return { read: read(), close };
    },

    // Nothing is held open between requests.
    close() {},
  };
}

type Request = Pick<HTTPRequest, "headers" | "method"> & { data: unknown };
