import {
  type HTTPClient,
  type HTTPRequest,
  type HTTPStreamClient,
  NetworkError,
  type QueryFailure,
  ServiceError,
} from "fauna";

import { FaunaClerkError } from "../errors";
import { readLines } from "./lines";
import type { Outgoing, Transport } from "./transport";

/** How long in ms a stream that the server ended is held before the driver, which would reconnect at once, hears. */
const PAUSE_AFTER_CLOSE = 1000;

/** The seam below the `fauna` driver: every query, page, feed page and stream connect comes through here. */
export function createV10HttpClient(
  { send }: Transport,
  keepalive = false,
): HTTPClient & HTTPStreamClient {
  return {
    async request({ headers, path = "/query/1", client_timeout_ms, ...request }) {
      const { Authorization, outgoing } = prepare(request, headers);
      try {
        const response = await send(Authorization, path, {
          ...outgoing,
          timeout: client_timeout_ms,
          keepalive,
        });
        return {
          status: response.status,
          body: await response.text(),
          headers: Object.fromEntries(response.headers),
        };
      } catch (error) {
        throw networkError(error);
      }
    },

    stream({ headers, path = "/stream/1", ...request }) {
      const { Authorization, outgoing } = prepare(request, headers);
      const closing = new AbortController();
      async function* read(): AsyncGenerator<string> {
        try {
          const { signal } = closing;
          const response = await send(Authorization, path, {
            ...outgoing,
            signal,
          });
          if (!response.ok || !response.body)
            throw new ServiceError((await response.json()) as QueryFailure, response.status);
          yield* readLines(response.body);
          await new Promise((resume) => setTimeout(resume, PAUSE_AFTER_CLOSE));
        } catch (error) {
          if (!closing.signal.aborted) throw networkError(error);
        }
      }
      return { read: read(), close: () => closing.abort() };
    },

    // Nothing is held open between requests.
    close() {},
  };
}

type Headers = HTTPRequest["headers"];

const prepare = (
  { method, data }: { method: string; data: unknown },
  { Authorization, ...headers }: Headers,
): { Authorization: string | undefined; outgoing: Outgoing } => ({
  Authorization,
  outgoing: {
    method,
    headers: { ...(headers as Record<string, string>), "content-type": "application/json" },
    body: JSON.stringify(data),
  },
});

const networkError = (cause: unknown): unknown =>
  cause instanceof FaunaClerkError || cause instanceof ServiceError
    ? cause
    : new NetworkError("The network connection encountered a problem.", { cause });
