import type { LocalRequest } from "../http/exchange";
import { randomId } from "./ids";
import type { Sessions } from "./sessions";

/** The client of requests that come without a cookie jar. */
export const DEFAULT_CLIENT = "client_default";

/** Which client a request belongs to, and the cookie to set if it is a new one. */
export interface BrowserIdentity {
  clientId: string;
  setCookie?: string;
}

/**
 * Tells browsers apart, in this order:
 * 1. a first path segment before `/v1` names the client (`proxyUrl: clerk.url + "/second"`);
 * 2. a browser whose page is on the same host has its own client by cookie, as with Clerk itself;
 * 3. everything else (Node, jsdom, a page on another host, whose cookies would be third-party) has
 *    no cookie jar to rely on and shares the default client.
 */
export function identifyBrowser(
  request: LocalRequest,
  name: string | undefined,
  sessions: Sessions,
): BrowserIdentity {
  if (name !== undefined) return { clientId: `client_${name}` };
  if (!keepsCookies(request)) return { clientId: DEFAULT_CLIENT };
  // Cookies know no ports, so two local servers on one host need two names.
  const cookie = `__client_${portOf(request)}`;
  const known = cookieValue(request, cookie);
  if (known !== undefined && sessions.knowsClient(known)) return { clientId: known };
  const clientId = randomId("client");
  return { clientId, setCookie: `${cookie}=${clientId}; Path=/; HttpOnly; SameSite=Lax` };
}

function keepsCookies({ headers }: LocalRequest): boolean {
  const site = headers["sec-fetch-site"];
  return site === "same-origin" || site === "same-site";
}

function portOf({ headers }: LocalRequest): string {
  return headers["host"]?.split(":")[1] ?? "80";
}

function cookieValue({ headers }: LocalRequest, name: string): string | undefined {
  const pairs = (headers["cookie"] ?? "").split("; ").map((pair) => pair.split("="));
  return pairs.find(([key]) => key === name)?.[1];
}
