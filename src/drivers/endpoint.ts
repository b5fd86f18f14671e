import { LOOPBACK } from "../auth/loopback";
import { ConfigurationError, type ConfigurationErrorCode } from "../errors";

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
