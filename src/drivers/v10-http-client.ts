import {
  ClientError,
  type HTTPClient,
  type HTTPRequest,
  type HTTPStreamClient,
  type HTTPStreamRequest,
  NetworkError,
  type QueryFailure,
  ServiceError,
  ThrottlingError,
} from "fauna";

import { FaunaClerkError } from "../errors";
import { readLines } from "./lines";
import type { Outgoing, Transport } from "./transport";

/** How long in ms a stream that the server ended is held before the driver, which would reconnect at once, hears. */
const PAUSE_AFTER_CLOSE = 1000;

/** Takes an error past the driver's own retry: inside of something that the driver does not know. */
class PastRetry {
  constructor(readonly error: Error) {}
}

/** The error that was thrown below the driver, which reports all that is not its own as a `ClientError`. */
export function unwrapDriverError(error: unknown): unknown {
  const cause = error instanceof ClientError && error.cause;
  if (cause instanceof PastRetry) return cause.error;
  return cause instanceof FaunaClerkError ? cause : error;
}

/** The seam below the `fauna` driver: every query, page, feed page and stream connect comes through here. */
export function createV10HttpClient(
  transport: Transport,
  keepalive = false,
): HTTPClient & HTTPStreamClient {
  return {
    async request(request) {
      const call = transport.callOf(request.headers["Authorization"]);
      try {
        const response = await transport.send(call, request.path ?? "query/1", {
          ...outgoing(request),
          timeout: request.client_timeout_ms,
          keepalive,
        });
        const { status } = response;
        const body = await response.text();
        if (status === 429 && call.ticket) throw new PastRetry(throttled(body));
        return { status, body, headers: Object.fromEntries(response.headers) };
      } catch (error) {
        throw error instanceof PastRetry ? error : networkError(error);
      }
    },

    stream(request) {
      const call = transport.callOf(request.headers["Authorization"]);
      const closing = new AbortController();
      const signal = AbortSignal.any([call.signal, closing.signal]);
      async function* read(): AsyncGenerator<string> {
        try {
          const response = await transport.send(
            { ...call, signal },
            request.path ?? "stream/1",
            outgoing(request),
          );
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

function outgoing(request: HTTPRequest<unknown> | HTTPStreamRequest): Outgoing {
  const { Authorization: _ours, ...headers } = request.headers;
  return {
    method: request.method,
    headers: { ...(headers as Record<string, string>), "content-type": "application/json" },
    body: JSON.stringify(request.data),
  };
}

const networkError = (cause: unknown): unknown =>
  cause instanceof FaunaClerkError || cause instanceof ServiceError
    ? cause
    : new NetworkError("The network connection encountered a problem.", { cause });

const throttled = (body: string): Error =>
  new ThrottlingError(JSON.parse(body) as QueryFailure, 429);
