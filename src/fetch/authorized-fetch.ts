import type { Identity } from "../auth/identity";
import type { Session } from "../auth/session";
import type { Authorize } from "../auth/tokens";
import { ConfigurationError } from "../errors";

/** `fetch` to one origin, as one identity. */
export type AuthorizedFetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

/** Whose requests they are, and where their tokens come from. */
interface Authority {
  readonly session: Session;
  readonly authorize: Authorize;
}

/**
 * @param origin - where the tokens go, and nowhere else.
 * @param identity - the only one to send for. One that is not known yet is whoever turns out to be signed in.
 */
export function authorizedFetch(
  origin: string,
  { session, authorize }: Authority,
  identity: Identity,
): AuthorizedFetch {
  return async (input, init) => {
    if (!(input instanceof Request) && !URL.canParse(input)) refuse(origin, input);
    const request = new Request(input, init);
    if (!request.url.startsWith(`${origin}/`)) refuse(origin, request.url);
    if (identity.status !== "signed-in") ({ identity } = session.current());
    const signal = session.begin(identity, request.signal);
    const response = await authorize(signal, (token) => {
      // A copy, because a body can be read only once and the request may have to be repeated.
      const attempt = request.clone();
      attempt.headers.set("authorization", `Bearer ${token}`);
      return fetch(attempt, { signal });
    });
    // An answer that comes after the end of its identity is nobody's; what of its body is yet to come, the signal ends.
    signal.throwIfAborted();
    return response;
  };
}

function refuse(origin: string, url: string | URL): never {
  // Not what follows the path: errors are logged.
  const place = String(url).replace(/[?#].*/, "");
  throw new ConfigurationError(
    "foreign_origin",
    `The token is for ${origin} alone, and not sent to ${place}. Pass an absolute URL of that origin, or use the plain fetch.`,
  );
}
