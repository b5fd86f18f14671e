import type { Tokens } from "../auth/fetch-with-token";
import type { Identity } from "../auth/identity";
import type { IdentityStore } from "../auth/identity-store";
import { type RequestScope, runRequest, type Running } from "../auth/running";
import { ConfigurationError, TokenError } from "../errors";
import { readWhole, requestHook, requestLimit } from "./send-request";

/** A request of a driver, as for `fetch`. */
export interface OutgoingRequest extends Pick<RequestInit, "method" | "body" | "keepalive"> {
  headers: Record<string, string>;
  /** Ends the request, until the headers of its answer are there. Ignored with a ticket, which has a signal of its own. */
  signal?: AbortSignal;
  /** @default "omit" */
  credentials?: RequestCredentials;
  /** Longest time in ms from sending to the end of the answer. A stream has none. */
  timeout?: number | undefined;
}

/** Whose requests they are and what ends them. */
export interface TicketOptions extends RequestScope {
  readonly identity: Identity;
  /** Called right before each request is sent. If it returns an answer, nothing is sent. */
  readonly beforeSend?: ((token: string) => Response | undefined) | undefined;
}

/**
 * Sends the drivers' requests to the endpoint and nowhere else, each with a fresh token, and once more after a 401.
 * `authorized-fetch.ts` does the same for other servers.
 */
export interface Transport {
  readonly identityStore: IdentityStore;
  /**
   * Runs `work` with a one-off secret, the ticket. Requests made with it belong to `options`' identity and end with
   * it, or with its signal. A driver passes neither to its HTTP client, so its secret has to stand for both.
   */
  readonly withTicket: <T>(
    options: TicketOptions,
    work: (secret: string) => Promise<T>,
  ) => Promise<T>;
  /**
   * Returns a secret for the requests of one call of a driver's client: a query and its retries, an iteration, a
   * stream. They belong to the identity of this moment, and fail once it has ended.
   */
  readonly secretNow: () => string;
  /**
   * Sends a request to a path of the endpoint. Resolves when the answer's headers are there, or with a time-out
   * once all of it is.
   *
   * @param driverHeader - what the driver takes for `authorization`: a ticket, or a {@link Transport.secretNow}, or the
   * placeholder for the current identity.
   */
  readonly send: (
    driverHeader: string | undefined,
    path: string,
    request: OutgoingRequest,
  ) => Promise<Response>;
  /** Whether the last answer could be read as it came; undefined before the first. */
  readonly hadBody: () => boolean | undefined;
}

/**
 * How the secrets begin that drivers hold. None of them is sent. They stand for:
 *
 * - `fauna-clerk`: whoever is signed in when the request is made,
 * - `fauna-clerk/1`: the identity of that generation (`secretNow`),
 * - `fauna-clerk-1`: what the ticket of that number is for (`withTicket`).
 */
export const PLACEHOLDER_SECRET = "fauna-clerk";

/** @param endpoint - the only place where tokens go. */
export function createTransport(
  endpoint: URL,
  identityStore: IdentityStore,
  { fetchWithToken }: Tokens,
  givenFetch?: typeof fetch,
): Transport {
  const base = endpoint.href.replace(/\/$/, "");
  const tickets = new Map<string, Ticket>();
  let ticketCount = 0;
  let hadBody: boolean | undefined;
  const secretNow = (): string => `${PLACEHOLDER_SECRET}/${identityStore.generation()}`;

  function sendFor(
    { running, beforeSend }: Ticket,
    path: string,
    { method, headers, body, keepalive, credentials = "omit", timeout }: OutgoingRequest,
  ): Promise<Response> {
    return fetchWithToken(running, async (token, isLast) => {
      const url = base + path;
      // Written out: an object that is spread from others has a hidden class of its own in V8.
      const init = {
        method,
        body,
        keepalive,
        // Live queries may change it: see requestHook.
        credentials,
        headers: {
          ...headers,
          "content-type": "application/json",
          authorization: `Bearer ${token}`,
        },
        // The token is for this origin alone, and Fauna never redirects.
        redirect: "error",
        signal: running.signal,
      } as RequestInit;
      running.step(requestLimit(timeout));
      let response = beforeSend?.(token);
      if (!response) {
        const onAnswer = requestHook.change?.(url, init);
        try {
          response = await (givenFetch ?? fetch)(url, init);
        } finally {
          onAnswer?.();
        }
        hadBody = (response as Partial<Response>).body !== undefined;
      }
      // Nobody reads a 401.
      if (response.status !== 401) return timeout ? readWhole(response) : response;
      if (!isLast) return response;
      const reasons = await import("../auth/unauthorized-reasons");
      throw reasons.unauthorized(token, response.headers.get("date"));
    });
  }

  return {
    identityStore,
    secretNow,

    hadBody: () => hadBody,

    withTicket(options, work) {
      const secret = `${PLACEHOLDER_SECRET}-${++ticketCount}`;
      const begin = (running: Running): ReturnType<typeof work> => {
        tickets.set(secret, { running, beforeSend: options.beforeSend });
        return work(secret);
      };
      return runRequest(identityStore, options, begin, () => tickets.delete(secret));
    },

    send(driverHeader = "", path, request) {
      const secret = driverHeader.replace("Bearer ", "");
      const ticket = tickets.get(secret);
      if (ticket) return sendFor(ticket, path, request);
      return runRequest(identityStore, { signal: request.signal }, (running) => {
        if (!secret.startsWith(PLACEHOLDER_SECRET))
          throw new ConfigurationError(
            "secret_not_allowed",
            "Leave out secret: the signed-in user's token is sent.",
          );
        // What began for another identity must not go on for this one.
        if (secret !== PLACEHOLDER_SECRET && secret !== secretNow())
          throw new TokenError("identity_changed");
        return sendFor({ running }, path, request);
      });
    },
  };
}

interface Ticket extends Pick<TicketOptions, "beforeSend"> {
  readonly running: Running;
}
