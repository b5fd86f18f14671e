import { createHash } from "node:crypto";
import type { LocalRequest } from "../http/exchange";
import type { ClerkState } from "./call";
import { randomId } from "./ids";
import type { Client } from "./sessions";

/** The client of requests that come without a cookie jar. */
export const DEFAULT_CLIENT = "client_default";

/** The browser that a request comes from. */
export interface Browser {
  client: Client;
  /** Whether it keeps the cookies that the answer sets. */
  keepsCookies: boolean;
  /** The cookie that tells the browser from others, if it does not have it yet. */
  setCookie: readonly string[];
}

/**
 * Tells browsers apart, in this order:
 * 1. a first path segment before `/v1` names the client (`proxyUrl: clerk.url + "/second"`);
 * 2. a browser whose page is on the same host has its own client by cookie, as with Clerk itself;
 * 3. everything else (Node, jsdom, a page on another host, whose cookies would be third-party) has
 *    no cookie jar to rely on and shares the default client.
 */
export function identifyBrowser(
  { sessions }: ClerkState,
  request: LocalRequest,
  name: string | undefined,
): Browser {
  const keepsCookies = hasCookieJar(request);
  const known = { keepsCookies, setCookie: [] };
  if (name !== undefined) return { ...known, client: sessions.client(`client_${name}`) };
  if (!keepsCookies) return { ...known, client: sessions.client(DEFAULT_CLIENT) };
  // Cookies know no ports, so two local servers on one host need two names.
  const cookie = `__client_${portOf(request)}`;
  const id = cookieValue(request, cookie);
  if (id !== undefined && sessions.knowsClient(id))
    return { ...known, client: sessions.client(id) };
  const client = sessions.client(randomId("client"));
  const setCookie = [`${cookie}=${client.id}; Path=/; HttpOnly; SameSite=Lax`];
  return { keepsCookies, client, setCookie };
}

/**
 * The names under which Clerk keeps one value in a cookie: apps on one host are told apart by a suffix, and SDKs that know
 * none of it read the plain name.
 */
export function cookieNames(name: string, { publishableKey }: ClerkState): readonly string[] {
  const suffix = createHash("sha1").update(publishableKey).digest("base64url").slice(0, 8);
  return [name, `${name}_${suffix}`];
}

/** Tells the page's own server since when somebody is signed in: in s since 1970, or 0. */
export function clientUat(state: ClerkState, client: Client): readonly string[] {
  const starts = state.sessions.activeOf(client).map(({ createdAt }) => createdAt);
  const seconds = Math.floor(Math.max(0, ...starts) / 1000);
  return cookieNames("__client_uat", state).map(
    (name) => `${name}=${seconds}; Path=/; SameSite=Lax`,
  );
}

/** A page on the same host keeps the cookies of what it fetches, and every browser those of what it navigates to. */
function hasCookieJar({ headers }: LocalRequest): boolean {
  const site = headers["sec-fetch-site"];
  return site === "same-origin" || site === "same-site" || headers["sec-fetch-dest"] === "document";
}

function portOf({ headers }: LocalRequest): string {
  return headers["host"]?.split(":")[1] ?? "80";
}

function cookieValue({ headers }: LocalRequest, name: string): string | undefined {
  const pairs = (headers["cookie"] ?? "").split("; ").map((pair) => pair.split("="));
  return pairs.find(([key]) => key === name)?.[1];
}
