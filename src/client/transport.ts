import type { Identity } from "../auth/identity";
import type { Session } from "../auth/identity-store";
import type { Authorize } from "../auth/tokens";
import { ConfigurationError, UnauthorizedError } from "../errors";

/** What a driver wants sent, as for `fetch`. */
export interface Outgoing extends Omit<RequestInit, "headers" | "signal"> {
  headers: Record<string, string>;
  /** Ends the request; a ticket has its own. */
  signal?: AbortSignal;
  /** Longest time in ms from sending to the end of the answer. A stream has none. */
  timeout?: number | undefined;
}

/** Whose requests they are and what may end them. */
export interface TicketOptions {
  readonly identity: Identity;
  readonly signal: AbortSignal;
  /** Called right before each time that a request is sent; what it returns stands for the answer, and nothing is sent. */
  readonly onSend?: (token: string) => Response | undefined;
}

/**
 * Sends requests, each with a fresh token, only to the endpoint, refreshed and repeated once on a 401. The one
 * place in this library that touches a token and the network at the same time.
 */
export interface Transport {
  /**
   * Runs `work` with a one-off secret that marks the requests made with it as `of` an identity and a signal. A driver hands its
   * HTTP client neither a signal nor a context, so its secret has to carry both.
   */
  readonly ticketed: <T>(of: TicketOptions, work: (secret: string) => Promise<T>) => Promise<T>;
  /**
   * Sends a request to a path of the endpoint, for whom `authorization`, the driver's own header, stands: a ticket, or
   * otherwise whoever is signed in. Resolves once the headers of the answer are there.
   */
  readonly send: (
    authorization: string | undefined,
    path: string,
    outgoing: Outgoing,
  ) => Promise<Response>;
}

/** The secret that drivers hold: it stands for "whoever is signed in". */
export const PLACEHOLDER_SECRET = "fauna-clerk";

/** The `Authorization` header that a driver makes of it. */
const PLACEHOLDER = `Bearer ${PLACEHOLDER_SECRET}`;

/** @param endpoint - where the tokens go, and nowhere else. */
export function createTransport(endpoint: URL, session: Session, authorize: Authorize): Transport {
  const base = endpoint.href.replace(/\/$/, "");
  const tickets = new Map<string, Pick<TicketOptions, "signal" | "onSend">>();
  let count = 0;

  return {
    async ticketed({ identity, signal: outer, ...options }, work) {
      const signal = session.begin(identity, outer);
      const secret = `${PLACEHOLDER_SECRET}-${++count}`;
      const authorization = `Bearer ${secret}`;
      tickets.set(authorization, { ...options, signal });
      try {
        const result = await work(secret);
        // An answer that comes after the end of its identity is nobody's.
        signal.throwIfAborted();
        return result;
      } finally {
        tickets.delete(authorization);
      }
    },

    async send(authorization = "", path, { timeout, signal: outer, ...outgoing }) {
      const ticket = tickets.get(authorization);
      const signal = ticket?.signal ?? session.begin(undefined, outer);
      if (!authorization.startsWith(PLACEHOLDER))
        throw new ConfigurationError(
          "secret_not_allowed",
          "Leave out secret: the signed-in user's token is sent.",
        );
      let used = "";
      const response = await authorize(signal, async (token) => {
        used = token;
        const answer = ticket?.onSend?.(token);
        if (answer) return answer;
        return fetch(base + path, {
          ...outgoing,
          headers: { ...outgoing.headers, authorization: `Bearer ${token}` },
          signal: timeout ? AbortSignal.any([signal, AbortSignal.timeout(timeout)]) : signal,
          credentials: "omit",
          // The token is for this origin alone, and Fauna never redirects.
          redirect: "error",
        });
      });
      if (response.status !== 401) return response;
      // Only apps that are set up wrongly need the explanation.
      const { unauthorizedReasons } = await import("../auth/unauthorized-reasons");
      throw new UnauthorizedError(unauthorizedReasons(used, response.headers.get("date")));
    },
  };
}
