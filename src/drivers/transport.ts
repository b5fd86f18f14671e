import type { Call, Session } from "../auth/session";
import type { IssuedToken, TokenSource } from "../auth/tokens";
import { unauthorizedReasons } from "../auth/unauthorized-reasons";
import { ConfigurationError, UnauthorizedError } from "../errors";

/** What a driver wants sent. The `authorization` header is none of its business. */
export interface Outgoing {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Longest time in ms from sending to the end of the answer; for a stream there is none. */
  readonly timeout?: number | undefined;
  /** Whether the browser should finish sending after the page is gone (`fetch`'s `keepalive`). */
  readonly keepalive?: boolean | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** What a driver needs of its requests: the secret that it was given for one tells whose call it is. */
export interface TransportOptions {
  readonly endpoint: URL;
  readonly session: Session;
  readonly tokens: TokenSource;
}

/** The secret that drivers hold: it stands for "whoever is signed in". */
export const PLACEHOLDER_SECRET = "fauna-clerk";

/**
 * Sends requests, each with a fresh token, only to the endpoint, refreshed and repeated once on a 401. The one
 * place in this library that touches a token and the network at the same time.
 */
export class Transport {
  readonly #options: TransportOptions;
  readonly #tickets = new Map<string, Call>();
  #count = 0;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /**
   * Runs `work` with a one-off secret that marks the requests made with it as those of `call`. A driver hands its
   * HTTP client neither a signal nor a context, so its secret has to carry both.
   */
  async ticketed<T>(call: Call, work: (secret: string) => Promise<T>): Promise<T> {
    const secret = `${PLACEHOLDER_SECRET}-${++this.#count}`;
    this.#tickets.set(secret, call);
    try {
      return await work(secret);
    } finally {
      this.#tickets.delete(secret);
      call.finish();
    }
  }

  /** Whether a request belongs to a call of ours, which does its own retries. */
  isTicket(authorization: string | undefined): boolean {
    return this.#tickets.has(secretOf(authorization));
  }

  /** Sends a request and reads the whole answer. `authorization` is what the driver wanted to send. */
  async request(authorization: string | undefined, outgoing: Outgoing): Promise<Answer> {
    const ticket = this.#tickets.get(secretOf(authorization));
    const call = ticket ?? this.begin(authorization);
    try {
      return await this.#authorized(call, outgoing, (token) => exchange(call, outgoing, token));
    } finally {
      if (!ticket) call.finish();
    }
  }

  /** Starts a call for whoever is signed in; the caller finishes it. */
  begin(authorization: string | undefined): Call {
    if (secretOf(authorization) !== PLACEHOLDER_SECRET)
      throw new ConfigurationError(
        "secret_not_allowed",
        "A secret was passed with a request. Leave it out: the signed-in user's token is sent. For a secret of your own, make a client of the driver's.",
      );
    return this.#options.session.begin();
  }

  /** Opens a response whose body is read piece by piece, in a call that the caller has begun. */
  open(call: Call, outgoing: Outgoing): Promise<Response> {
    return this.#authorized(call, outgoing, (token) => send(outgoing, token, call.signal));
  }

  async #authorized<R extends { status: number; headers: Headers | Record<string, string> }>(
    call: Call,
    { url }: Outgoing,
    attempt: (token: string) => Promise<R>,
  ): Promise<R> {
    this.#assertOrigin(url);
    const { tokens } = this.#options;
    let issued: IssuedToken = await tokens.get(call);
    let response = await attempt(issued.token);
    if (response.status !== 401) return response;
    issued = await tokens.renew(call, issued);
    response = await attempt(issued.token);
    if (response.status !== 401) return response;
    throw new UnauthorizedError(unauthorizedReasons(issued.token, dateOf(response.headers)));
  }

  #assertOrigin(url: string): void {
    const { origin } = this.#options.endpoint;
    if (new URL(url).origin !== origin)
      throw new ConfigurationError(
        "foreign_origin",
        `A driver wanted to send a token elsewhere than to ${origin}. Its endpoint is the provider's: do not configure another.`,
      );
  }
}

const secretOf = (authorization: string | undefined): string =>
  authorization?.replace(/^Bearer /, "") ?? "";

const dateOf = (headers: Headers | Record<string, string>): string | null | undefined =>
  headers instanceof Headers ? headers.get("date") : headers["date"];

function send(
  { url, method, headers, body, keepalive = false }: Outgoing,
  token: string,
  signal: AbortSignal,
): Promise<Response> {
  return fetch(url, {
    method,
    headers: { ...headers, authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body }),
    keepalive,
    signal,
    credentials: "omit",
    // The token is for this origin alone, and Fauna never redirects.
    redirect: "error",
  });
}

async function exchange({ signal }: Call, outgoing: Outgoing, token: string): Promise<Answer> {
  const { timeout } = outgoing;
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal.reason);
  const timer = setTimeout(
    () => controller.abort(new DOMException(`No answer within ${timeout} ms.`, "TimeoutError")),
    timeout,
  );
  signal.addEventListener("abort", stop);
  try {
    signal.throwIfAborted();
    const response = await send(outgoing, token, controller.signal);
    const body = await response.text();
    // An answer that comes after the end of its identity is nobody's.
    signal.throwIfAborted();
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
