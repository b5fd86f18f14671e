import * as faunadb from "faunadb";
import type { Client, ClientConfig, QueryOptions } from "faunadb";

import { ConfigurationError } from "../errors";
import type { Driver, DriverContext, FaunaDriver, FaunaV4Expression, RunOptions } from "./driver";
import { PLACEHOLDER_SECRET } from "./transport";

/** Options of the `faunadb` client, without what the provider sets itself. */
export type FaunaV4Options = Omit<
  ClientConfig,
  "secret" | "endpoint" | "domain" | "scheme" | "port" | "fetch" | "keepAlive"
>;

/** What the driver has beyond its published types. */
interface Faunadb {
  readonly Client: new (config: ClientConfig) => Client & {
    getLastTxnTime(): number | null;
    syncLastTxnTime(time: number): void;
  };
  readonly values: Record<string, { prototype: object }>;
}

// The driver is CommonJS whose names Node cannot see: there it has a default export only, in bundlers both.
const driver: Faunadb = (faunadb as { default?: unknown } & object).default
  ? ((faunadb as { default?: unknown }).default as Faunadb)
  : (faunadb as unknown as Faunadb);

/** The `faunadb` client's per-query options without `secret`: the token is the signed-in user's. */
export type FaunaV4RequestOptions = Omit<QueryOptions, "secret" | "fetch" | "signal">;

/** The driver's own default, in seconds. */
const DEFAULT_TIMEOUT = 60;

class V4Driver implements Driver<FaunaV4Expression, Client> {
  readonly name = "v4";
  readonly values: ReadonlySet<object> = new Set<object>(
    Object.values(driver.values).map(({ prototype }) => prototype),
  );
  readonly client: InstanceType<Faunadb["Client"]>;
  readonly #context: DriverContext;

  constructor(context: DriverContext, options: FaunaV4Options) {
    this.#context = context;
    this.client = new driver.Client({
      checkNewVersion: false,
      ...options,
      endpoint: context.endpoint.href.replace(/\/$/, ""),
      secret: PLACEHOLDER_SECRET,
      fetch: authorizedFetch(context, (options.timeout ?? DEFAULT_TIMEOUT) * 1000) as NonNullable<
        ClientConfig["fetch"]
      >,
    });
  }

  accepts(query: unknown): query is FaunaV4Expression {
    return (query as FaunaV4Expression | null)?._isFaunaExpr === true;
  }

  key(query: FaunaV4Expression): unknown {
    return JSON.parse(JSON.stringify(query));
  }

  async run(query: FaunaV4Expression, { identity, signal, request }: RunOptions): Promise<unknown> {
    const { session, transport, lastTxnTs } = this.#context;
    const seen = lastTxnTs.get();
    if (seen !== undefined) this.client.syncLastTxnTime(seen);
    const data = await transport.ticketed(session.begin(identity, signal), (secret) =>
      this.client.query(query, { ...request, secret }),
    );
    const now = this.client.getLastTxnTime();
    if (now !== null) lastTxnTs.set(now);
    return data;
  }

  isTransient(error: unknown): boolean {
    // fetch reports a failed connection as TypeError, the driver a time-out as TimeoutError.
    if (error instanceof TypeError || (error as Error | null)?.name === "TimeoutError") return true;
    const failure = error as { requestResult?: { statusCode: number } } | null;
    const status = failure?.requestResult?.statusCode ?? 0;
    return status === 409 || status === 429 || status === 440 || status >= 500;
  }
}

/** What `fetch` is for the `faunadb` client: the seam at which its requests get their tokens. */
function authorizedFetch(
  { transport }: DriverContext,
  timeout: number,
): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const { Authorization, ...headers } = init.headers as Record<string, string>;
    if (new URL(url).pathname.endsWith("/stream"))
      throw new ConfigurationError(
        "not_supported",
        "FQL v4 streams cannot be kept authorized. Use an FQL v10 event source.",
      );
    const answer = await transport.request(Authorization, {
      url,
      method: init.method ?? "POST",
      headers,
      body: init.body as string | undefined,
      timeout,
    });
    return new Response(answer.body, answer);
  };
}

/**
 * The driver for FQL v4 expressions of the `faunadb` package, side by side with FQL v10 under one provider.
 *
 * @param options - Options of the `faunadb` client, such as `queryTimeout` in ms or `timeout` in seconds.
 * @returns What to pass in `FaunaProvider`'s or `createFaunaClient`'s `drivers`.
 *
 * @example
 * ```tsx
 * import { faunaV4 } from "fauna-clerk/v4";
 *
 * const drivers = [faunaV4()];
 * <FaunaProvider endpoint={endpoint} drivers={drivers}>…</FaunaProvider>
 * // in a component:
 * const { data } = useFaunaQuery<string>(q.CurrentIdentity());
 * ```
 */
export function faunaV4(options: FaunaV4Options = {}): FaunaDriver {
  return { name: "v4", create: (context) => new V4Driver(context, options) };
}
