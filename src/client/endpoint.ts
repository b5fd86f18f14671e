import { ConfigurationError, type ConfigurationErrorCode } from "../errors";

/** Host names that never leave the device, so that tokens may go there in plain http. */
export const LOOPBACK: RegExp = /^(\[::1\]|127(\.\d+){3}|(.+\.)?localhost)$/;

/**
 * Checks where requests, and with them tokens, are to go.
 *
 * @throws ConfigurationError when there is no endpoint, when it is not a plain http(s) URL, or when it is http on a
 * host that is not loopback and `allowInsecure` is not set.
 */
export function parseEndpoint(endpoint: string | URL | undefined, allowInsecure = false): URL {
  const url = endpoint && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const refuse = (code: ConfigurationErrorCode, mend: string): never => {
    throw new ConfigurationError(code, `endpoint: ${mend}`);
  };
  if (!endpoint) return refuse("no_endpoint", "pass the URL of your Fauna server.");
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash)
    return refuse("malformed_endpoint", "pass a URL such as https://fauna.example.com.");
  if (url.protocol === "http:" && !allowInsecure && !LOOPBACK.test(url.hostname))
    return refuse("insecure_endpoint", "use https, or set allowInsecureEndpoint.");
  return url;
}

/**
 * The origin of the URL that tokens may be sent to.
 *
 * @throws ConfigurationError when it is not an absolute http(s) URL, or when it is http on a host that is not loopback
 * and `allowInsecure` is not set.
 */
export function originOf(url: string | URL, allowInsecure = false): string {
  const refuse = (code: ConfigurationErrorCode, mend: string): never => {
    throw new ConfigurationError(code, `Authorized fetch: ${mend}`);
  };
  const { protocol, hostname, origin } = URL.canParse(url) ? new URL(url) : new URL("about:blank");
  if (!/^https?:$/.test(protocol))
    return refuse("malformed_endpoint", "pass a URL such as https://api.example.com/graphql.");
  if (protocol === "http:" && !allowInsecure && !LOOPBACK.test(hostname))
    return refuse("insecure_endpoint", "use https, or set allowInsecureEndpoint.");
  return origin;
}
