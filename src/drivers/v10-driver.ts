import {
  Client,
  type ClientConfiguration,
  NetworkError,
  type Query,
  type QueryOptions,
  type QueryValue,
  TaggedTypeFormat,
} from "fauna";

import type { Driver, DriverContext } from "./driver";
import { PLACEHOLDER_SECRET } from "./transport";
import { createV10HttpClient } from "./v10-http-client";
import { VALUE_CLASSES } from "./value-classes";

/** The driver's `ClientConfiguration` without what the provider sets itself. */
export type FaunaClientConfiguration = Omit<ClientConfiguration, "endpoint" | "secret">;

/** The driver's per-query options without `secret`: the token is the signed-in user's. */
export type FaunaRequestOptions = Omit<QueryOptions, "secret">;

type AnyQuery = Query<QueryValue>;

/** HTTP statuses of contention, rate limit and time-out; 5xx come on top. */
export const isTransientStatus = (status = 0): boolean =>
  status === 409 || status === 429 || status === 440 || status >= 500;

/** The `fauna` driver (FQL v10). */
export function createV10Driver(
  { transport, endpoint }: DriverContext,
  configuration: FaunaClientConfiguration = {},
): Driver<AnyQuery, Client> {
  const client = new Client(
    // The driver would retry a 429 three times within each of TanStack's retries.
    { max_attempts: 1, ...configuration, endpoint, secret: PLACEHOLDER_SECRET },
    createV10HttpClient(transport, configuration.fetch_keepalive),
  );
  return {
    name: "v10",
    client,
    classes: new Set([...VALUE_CLASSES, Object, Array, Uint8Array]),

    accepts: (query): query is AnyQuery => typeof (query as AnyQuery | null)?.encode === "function",

    // Fragments and tagged values are plain JSON, in which TanStack's hash ignores the order of object keys and
    // leaves out undefined. Of the request's options those count that change the answer.
    key(query, { arguments: values, format, long_type, typecheck }: FaunaRequestOptions = {}) {
      return {
        ...query.encode(),
        arguments: values && TaggedTypeFormat.encode(values),
        format,
        long_type,
        typecheck,
      };
    },

    async run(query, options) {
      const { data, ...info } = await transport.ticketed(options, (secret) =>
        client.query(query, { ...options.request, secret }),
      );
      options.onInfo?.(info);
      return data;
    },

    isTransient: (error) =>
      error instanceof NetworkError ||
      isTransientStatus((error as { httpStatus?: number } | null)?.httpStatus),
  };
}
