import {
  ClientError,
  type HTTPClient,
  type HTTPRequest,
  type HTTPResponse,
  type HTTPStreamClient,
  type HTTPStreamRequest,
  NetworkError,
  type QueryFailure,
  ServiceError,
  type StreamAdapter,
  ThrottlingError,
} from "fauna";

import { FaunaClerkError } from "../errors";
import { readLines } from "./lines";
import type { Outgoing, Transport } from "./transport";

/** How long in ms a stream that the server ended is held before the driver, which would reconnect at once, hears. */
const PAUSE_AFTER_CLOSE = 1000;

/** Carries an error past the driver's own retry, which {@link unwrapDriverError} takes out again. */
export class Final extends Error {
  constructor(override readonly cause: Error) {
    super(cause.message);
  }
}

/** The error that was thrown below the driver, which reports all that is not its own as a `ClientError`. */
export function unwrapDriverError(error: unknown): unknown {
  if (!(error instanceof ClientError)) return error;
  const { cause } = error;
  if (cause instanceof Final) return cause.cause;
  return cause instanceof FaunaClerkError ? cause : error;
}

/** The seam below the `fauna` driver: every query, page, feed page and stream connect comes through here. */
export class V10HttpClient implements HTTPClient, HTTPStreamClient {
  readonly #transport: Transport;
  readonly #base: string;
  readonly #keepalive: boolean;

  constructor(transport: Transport, endpoint: URL, keepalive = false) {
    this.#transport = transport;
    this.#base = endpoint.href.replace(/\/$/, "");
    this.#keepalive = keepalive;
  }

  async request<T>(request: HTTPRequest<T>): Promise<HTTPResponse> {
    const authorization = request.headers["Authorization"];
    const outgoing = this.#outgoing(request, request.path ?? "/query/1");
    const answer = await this.#transport
      .request(authorization, { ...outgoing, timeout: request.client_timeout_ms })
      .catch((cause: unknown) => {
        throw networkError(cause);
      });
    if (answer.status === 429 && this.#transport.isTicket(authorization)) throw throttled(answer);
    return answer;
  }

  stream(request: HTTPStreamRequest): StreamAdapter {
    const call = this.#transport.begin(request.headers["Authorization"]);
    const controller = new AbortController();
    const lines = readLines(
      async (signal) => {
        const outgoing = this.#outgoing(request, request.path ?? "/stream/1");
        const response = await this.#transport.open({ ...call, signal }, outgoing);
        if (!response.ok) throw await failureOf(response);
        return response;
      },
      AbortSignal.any([call.signal, controller.signal]),
    );
    return {
      read: this.#events(lines, controller.signal, call.finish),
      close: () => controller.abort(),
    };
  }

  async *#events(
    lines: AsyncGenerator<string>,
    closed: AbortSignal,
    finish: () => void,
  ): AsyncGenerator<string> {
    try {
      yield* lines;
      if (!closed.aborted) await new Promise((done) => setTimeout(done, PAUSE_AFTER_CLOSE));
    } catch (cause) {
      if (!closed.aborted) throw networkError(cause);
    } finally {
      finish();
    }
  }

  #outgoing(request: HTTPRequest<unknown> | HTTPStreamRequest, path: string): Outgoing {
    const headers: Record<string, string> = { "content-type": "application/json" };
    for (const [name, value] of Object.entries(request.headers))
      if (value !== undefined && name !== "Authorization") headers[name] = String(value);
    return {
      url: this.#base + path,
      method: request.method,
      headers,
      body: JSON.stringify(request.data),
      keepalive: this.#keepalive,
    };
  }

  /** Nothing is held open between requests. */
  close(): void {}
}

const networkError = (cause: unknown): unknown =>
  cause instanceof FaunaClerkError || cause instanceof ServiceError
    ? cause
    : new NetworkError("The network connection encountered a problem.", { cause });

async function failureOf(response: Response): Promise<ServiceError> {
  return new ServiceError((await response.json()) as QueryFailure, response.status);
}

function throttled({ body }: { body: string }): Error {
  return new Final(new ThrottlingError(JSON.parse(body) as QueryFailure, 429));
}
