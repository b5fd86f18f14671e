import { ConfigurationError, type ConfigurationErrorCode } from "../errors";

/** The hosts that are this device itself, where plain http is safe for tokens. */
const LOOPBACK = /^(\[::1\]|127(\.\d+){3}|(.+\.)?localhost)$/;

/** Parses an absolute URL; returns undefined for anything else. React Native's URL has no `canParse`. */
export function parseUrl(url: string | URL): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

/**
 * Checks the URL to which tokens will go. Accepts https, and http on loopback or with `allowInsecure`. Throws otherwise.
 *
 * @param url - undefined for one that cannot be used.
 * @param subject - what the URL is for, at the start of each message.
 * @param example - what to pass.
 */
function checkUrl(
  url: URL | undefined,
  allowInsecure: boolean | undefined,
  subject: string,
  example: string,
  code: ConfigurationErrorCode = "malformed_endpoint",
): URL {
  if (!url || !/^https?:/.test(url.protocol))
    throw new ConfigurationError(code, `${subject}: pass ${example}.`);
  if (url.protocol === "http:" && !allowInsecure && !LOOPBACK.test(url.hostname))
    throw new ConfigurationError(
      "insecure_endpoint",
      `${subject}: use https, or set allowInsecureEndpoint.`,
    );
  return url;
}

/**
 * Checks the endpoint, to which requests and tokens go. Endpoints with the same requests are equal: a slash at the end
 * makes no difference.
 *
 * @throws ConfigurationError if there is none, if it is not a plain http(s) URL, or if it is http on a host that is
 * not loopback and `allowInsecure` is not set.
 */
export function parseEndpoint(endpoint: string | URL | undefined, allowInsecure?: boolean): URL {
  const url = parseUrl(endpoint ?? "");
  // Credentials, a query or a fragment would be lost on the way.
  const isPlain = url && !(url.username || url.password || url.search || url.hash);
  return checkUrl(
    isPlain ? parseUrl(url.href.replace(/[/?#]+$/, "")) : undefined,
    allowInsecure,
    "endpoint",
    "the URL of your Fauna server, such as https://fauna.example.com",
    endpoint ? undefined : "no_endpoint",
  );
}

/**
 * Returns the origin to which an authorized fetch sends tokens.
 *
 * @throws ConfigurationError if it is not an absolute http(s) URL, or if it is http on a host that is not loopback
 * and `allowInsecure` is not set.
 */
export const originOf = (url: string | URL, allowInsecure?: boolean): string =>
  checkUrl(
    parseUrl(url),
    allowInsecure,
    "Authorized fetch",
    "a URL such as https://api.example.com/graphql",
  ).origin;
