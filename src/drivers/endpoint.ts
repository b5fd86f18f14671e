import { ConfigurationError } from "../errors";

const isLoopback = (host: string): boolean =>
  host === "[::1]" || /^127(\.\d+){3}$/.test(host) || /^(.+\.)?localhost$/.test(host);

/**
 * Checks where requests, and with them tokens, are to go.
 *
 * @throws ConfigurationError when there is no endpoint, when it is not an http(s) URL, or when it is plain http on
 * a host that is not loopback and `allowInsecure` is not set.
 */
export function parseEndpoint(endpoint: string | URL | undefined, allowInsecure = false): URL {
  if (!endpoint)
    throw new ConfigurationError(
      "no_endpoint",
      'No endpoint. Pass the URL of your Fauna server, such as endpoint="https://fauna.example.com". (There is no default: Fauna is self-hosted.)',
    );
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash)
    throw new ConfigurationError(
      "malformed_endpoint",
      'The endpoint is not an http(s) URL without user, query and hash. It should look like "https://fauna.example.com" or "http://localhost:8443".',
    );
  if (url.protocol === "http:" && !allowInsecure && !isLoopback(url.hostname))
    throw new ConfigurationError(
      "insecure_endpoint",
      `The endpoint ${url.origin} would send tokens unencrypted. Use https, or set allowInsecureEndpoint if you are sure.`,
    );
  url.pathname = url.pathname.replace(/\/+$/, "");
  return url;
}
