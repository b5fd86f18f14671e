import { ConfigurationError } from "../errors";

/** Host names that never leave the device, so that tokens may go there in plain http. */
const LOOPBACK = /^(\[::1\]|127(\.\d+){3}|(.+\.)?localhost)$/;

/** Returns undefined for what is no absolute URL. React Native's URL has no `canParse`. */
export function parseUrl(url: string | URL): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

/**
 * Parses the URL to which tokens will go. Throws unless it is https, or http on loopback or where that is allowed.
 *
 * @param subject - what the URL is for, at the start of each message.
 */
function checkUrl(
  url: string | URL,
  allowInsecure: boolean | undefined,
  subject: string,
  example: string,
): URL {
  const parsed = parseUrl(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw new ConfigurationError(
      "malformed_endpoint",
      `${subject}: pass a URL such as ${example}.`,
    );
  if (parsed.protocol === "http:" && !allowInsecure && !LOOPBACK.test(parsed.hostname))
    throw new ConfigurationError(
      "insecure_endpoint",
      `${subject}: use https, or set allowInsecureEndpoint.`,
    );
  return parsed;
}

/**
 * Checks the endpoint, to which requests and tokens go.
 *
 * @throws ConfigurationError if there is none, if it is not a plain http(s) URL, or if it is http on a host that is
 * not loopback and `allowInsecure` is not set.
 */
export function parseEndpoint(endpoint: string | URL | undefined, allowInsecure?: boolean): URL {
  const check = (url: string | URL): URL =>
    checkUrl(url, allowInsecure, "endpoint", "https://fauna.example.com");
  if (!endpoint)
    throw new ConfigurationError("no_endpoint", "endpoint: pass the URL of your Fauna server.");
  const url = check(endpoint);
  // Credentials, a query or a fragment would be lost on the way.
  return url.username || url.search || url.hash ? check("") : url;
}

/**
 * Returns the origin of a URL, to which an authorized fetch sends tokens.
 *
 * @throws ConfigurationError if it is not an absolute http(s) URL, or if it is http on a host that is not loopback
 * and `allowInsecure` is not set.
 */
export const originOf = (url: string | URL, allowInsecure?: boolean): string =>
  checkUrl(url, allowInsecure, "Authorized fetch", "https://api.example.com/graphql").origin;
