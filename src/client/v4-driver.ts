import * as faunadb from "faunadb";
import type { Client, ClientConfig, QueryOptions, RequestResult } from "faunadb";

import { ConfigurationError } from "../errors";
import type {
  Driver,
  FaunaCursor,
  FaunaDriver,
  FaunaV4Expression,
  FurtherDriverContext,
} from "./driver";
import { type OutgoingRequest, PLACEHOLDER_SECRET } from "./transport";
import { isTransientStatus } from "./v10-driver";
import { furtherClasses } from "./value-classes";

/** Options of the `faunadb` client without those that the provider sets. Its `timeout` is in seconds, 60 by default. */
export type FaunaV4Options = Omit<
  ClientConfig,
  "secret" | "endpoint" | "domain" | "scheme" | "port" | "fetch" | "keepAlive"
>;

/** The `faunadb` client's per-query options without `secret`: the token is the signed-in user's. */
export type FaunaV4RequestOptions = Omit<QueryOptions, "secret" | "fetch" | "signal">;

/** Exports of the driver that its published types lack. */
interface Faunadb {
  readonly Client: new (config: ClientConfig) => Client;
  readonly Expr: new (raw: object) => FaunaV4Expression;
  /** Turns a value into an expression. */
  readonly wrap: (value: unknown) => unknown;
  readonly values: Readonly<Record<string, unknown>>;
}

// The driver is CommonJS. Node cannot detect its named exports and sees only the default one; bundlers see both.
const { default: driver = faunadb as unknown as Faunadb } = faunadb as { default?: Faunadb };

function createV4Driver(
  context: FurtherDriverContext,
  configuration: FaunaV4Options,
): Driver<FaunaV4Expression> {
  const { transport } = context;
  const base = context.endpoint.href.replace(/\/$/, "");
  // In seconds, of which the driver's own default is 60.
  const timeout = (configuration.timeout ?? 60) * 1000;
  const client = new driver.Client({
    ...configuration,
    checkNewVersion: false,
    endpoint: base,
    secret: PLACEHOLDER_SECRET,
    fetch: createV4Fetch(context, base, timeout),
  });
  const paginate = client.paginate.bind(client);
  // All pages belong to the identity that began with them.
  client.paginate = (expression, params, options) =>
    paginate(expression, params, { secret: transport.secretNow(), ...options });
  return {
    name: "v4",
    getClient: () => client,
    classes: new Set<unknown>([...Object.values(driver.values), Object, Array, Uint8Array]),

    accepts: (query): query is FaunaV4Expression =>
      (query as FaunaV4Expression | null)?._isFaunaExpr === true,

    page: pageOf,

    key: (query) => JSON.parse(JSON.stringify(query)) as unknown,

    async run(query, options) {
      const request: FaunaV4RequestOptions = { ...options.request };
      let txn: number | undefined;
      // The driver has a `fetch` of each query in its types alone, and ignores it.
      const observer = (result: RequestResult, observed: Client): void => {
        txn = txnIn((result.responseHeaders as Record<string, string>)["x-txn-time"]);
        request.observer?.(result, observed);
      };
      const data = await transport.withTicket(options, (secret) =>
        client.query(query, { ...request, observer, secret }),
      );
      return { data, txn };
    },

    isTransient(error) {
      // fetch reports a failed connection as TypeError, and a time-out as TimeoutError.
      if (error instanceof TypeError || (error as Error | null)?.name === "TimeoutError")
        return true;
      const failure = error as { requestResult?: { statusCode: number } } | null;
      return isTransientStatus(failure?.requestResult?.statusCode);
    },
  };
}

/** The raw form of an expression that may return a page. */
interface Paging {
  readonly paginate?: unknown;
  readonly after?: unknown;
  readonly before?: unknown;
  readonly map?: unknown;
  readonly filter?: unknown;
  readonly collection?: Paged;
}
interface Paged extends FaunaV4Expression {
  readonly raw?: Paging;
}

/** Returns the same `Paginate` at another cursor. It may be inside `Map` and `Filter`, which keep its cursors. */
function pageOf(query: Paged, cursor?: FaunaCursor | null): Paged {
  const { after: _after, before: _before, ...raw } = Object(query.raw) as Paging;
  if (raw.paginate) {
    if (!cursor) return query;
    const [[name, place] = []] = Object.entries(cursor);
    return new driver.Expr({ ...raw, [name as string]: driver.wrap(place) });
  }
  if (raw.collection && (raw.map ?? raw.filter))
    return new driver.Expr({ ...raw, collection: pageOf(raw.collection, cursor) });
  throw new ConfigurationError(
    "not_a_set",
    "Only q.Paginate(…), or q.Map or q.Filter of it, has pages.",
  );
}

/** The time of a transaction, as a header tells it. */
const txnIn = (header: unknown): number | undefined => Number(header) || undefined;

/** Makes the `fetch` of the `faunadb` client, which is where its requests get their tokens. */
function createV4Fetch(
  { transport, getClient }: FurtherDriverContext,
  base: string,
  timeout: number,
): NonNullable<ClientConfig["fetch"]> {
  return (async (url: string, { method, body, headers }: RequestInit): Promise<Response> => {
    const { Authorization, ...others } = headers as Record<string, string>;
    const path = url.slice(base.length);
    if (path.startsWith("/stream"))
      throw new ConfigurationError(
        "not_supported",
        "FQL v4 streams cannot be kept authorized. Use an FQL v10 event source.",
      );
    // Read-your-writes across both drivers.
    const v10 = getClient();
    if (v10.lastTxnTs) others["X-Last-Seen-Txn"] = String(v10.lastTxnTs);
    const outgoing = { method, headers: others, body, timeout } as OutgoingRequest;
    const response = await transport.send(Authorization, path, outgoing).catch(asLostConnection);
    v10.lastTxnTs = txnIn(response.headers.get("x-txn-time"));
    if (response.ok) return response;
    let text = await response.text();
    // Another failure than Fauna's, such as a proxy's page, has another form, and the driver would not tell its status.
    if (!text.includes('"errors":')) text = `{"errors":[{"code":"HTTP ${response.status}"}]}`;
    return new Response(text, response);
  }) as NonNullable<ClientConfig["fetch"]>;
}

/** Tells of an answer that ended early as `fetch` tells of a connection that was lost. */
function asLostConnection(cause: unknown): never {
  if (!(cause instanceof SyntaxError)) throw cause;
  throw new TypeError("The answer ended early.", { cause });
}

/**
 * The driver for FQL v4 expressions of the `faunadb` package, side by side with FQL v10 under one provider.
 *
 * @param options - Options of the `faunadb` client, such as `queryTimeout` in ms or `timeout` in seconds.
 * @returns A driver for the `drivers` of `FaunaProvider` or `createFaunaClient`.
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
  for (const [name, valueClass] of Object.entries({ ...driver.values, Expr: driver.Expr }))
    if (typeof valueClass === "function") furtherClasses().set(`v4.${name}`, valueClass);
  return { name: "v4", create: (context) => createV4Driver(context, options) };
}
