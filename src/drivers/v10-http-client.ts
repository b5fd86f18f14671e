import {
  FaunaError,
  type HTTPClient,
  type HTTPRequest,
  type HTTPStreamClient,
  NetworkError,
} from "fauna";

import type { Outgoing, Transport } from "./transport";

/** The seam below the `fauna` driver: every query, page, feed page and stream connect comes through here. */
export function createV10HttpClient(
  { send }: Transport,
  keepalive = false,
): HTTPClient & HTTPStreamClient {
  const post = (
    path: string,
    { headers: { Authorization, ...headers }, method, data }: Request,
    more: Partial<Outgoing>,
  ): Promise<Response> =>
    send(Authorization, path, {
      method,
      headers: { ...(headers as Record<string, string>), "content-type": "application/json" },
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
      const { path = "/stream/1" } = request;
      const closing = new AbortController();
      const { signal } = closing;
      async function* read(): AsyncGenerator<string> {
        try {
          // Only apps with streams need it.
          const { readEvents } = await import("./v10-stream");
          yield* readEvents(() => post(path, request, { signal }), signal);
        } catch (error) {
          if (!signal.aborted) throw networkError(error);
        }
      }
      return { read: read(), close: () => closing.abort() };
    },

    // Nothing is held open between requests.
    close() {},
  };
}

type Request = Pick<HTTPRequest, "headers" | "method"> & { data: unknown };

const networkError = (cause: unknown): unknown =>
  cause instanceof FaunaError
    ? cause
    : new NetworkError("The network connection encountered a problem.", { cause });
