import type { Call, Session } from "../auth/session";
import type { IssuedToken, TokenSource } from "../auth/tokens";
import { unauthorizedReasons } from "../auth/unauthorized-reasons";
import { ConfigurationError, UnauthorizedError } from "../errors";

/** What a driver wants sent to a path of the endpoint, as for `fetch`. */
export interface Outgoing extends Omit<RequestInit, "headers"> {
  headers: Record<string, string>;
  /** Longest time in ms from sending to the end of the answer. A stream has none. */
  timeout?: number | undefined;
}

/**
 * Sends requests, each with a fresh token, only to the endpoint, refreshed and repeated once on a 401. The one
 * place in this library that touches a token and the network at the same time.
 */
export interface Transport {
  /**
   * Runs `work` with a one-off secret that marks the requests made with it as those of `call`. A driver hands its
   * HTTP client neither a signal nor a context, so its secret has to carry both.
   */
  readonly ticketed: <T>(call: Call, work: (secret: string) => Promise<T>) => Promise<T>;
  /** The call that a driver's `Authorization` header stands for; of whoever is signed in unless it is a ticket. */
  readonly callOf: (authorization: string | undefined) => Call & { readonly ticket: boolean };
  /** Sends a request of a call. Resolves once the headers of the answer are there. */
  readonly send: (call: Call, path: string, outgoing: Outgoing) => Promise<Response>;
}

/** The secret that drivers hold: it stands for "whoever is signed in". */
export const PLACEHOLDER_SECRET = "fauna-clerk";

/** @param endpoint - where the tokens go, and nowhere else. */
export function createTransport(endpoint: URL, session: Session, tokens: TokenSource): Transport {
  const base = endpoint.href.replace(/\/$/, "");
  const tickets = new Map<string, Call>();
  let count = 0;

  return {
    async ticketed(call, work) {
      const secret = `${PLACEHOLDER_SECRET}-${++count}`;
      tickets.set(secret, call);
      try {
        const result = await work(secret);
        // An answer that comes after the end of its identity is nobody's.
        call.signal.throwIfAborted();
        return result;
      } finally {
        tickets.delete(secret);
      }
    },

    callOf(authorization = "") {
      const secret = authorization.replace("Bearer ", "");
      const call = tickets.get(secret);
      if (call) return { ...call, ticket: true };
      if (secret === PLACEHOLDER_SECRET) return { ...session.begin(), ticket: false };
      throw new ConfigurationError(
        "secret_not_allowed",
        "Leave out the secret: the signed-in user's token is sent. For a secret of your own, make a client of the driver's.",
      );
    },

    async send(call, path, { timeout, ...outgoing }) {
      const attempt = ({ token }: IssuedToken): Promise<Response> =>
        fetch(`${base}/${path.replace(/^\//, "")}`, {
          ...outgoing,
          headers: { ...outgoing.headers, authorization: `Bearer ${token}` },
          signal: timeout
            ? AbortSignal.any([call.signal, AbortSignal.timeout(timeout)])
            : call.signal,
          credentials: "omit",
          // The token is for this origin alone, and Fauna never redirects.
          redirect: "error",
        });
      let issued = await tokens.get(call);
      let response = await attempt(issued);
      if (response.status !== 401) return response;
      await response.body?.cancel();
      issued = await tokens.renew(call, issued);
      response = await attempt(issued);
      if (response.status !== 401) return response;
      throw new UnauthorizedError(unauthorizedReasons(issued.token, response.headers.get("date")));
    },
  };
}
