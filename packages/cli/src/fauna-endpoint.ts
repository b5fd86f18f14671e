import { UsageError } from "./cli-error";

/**
 * Parses the URL that keys and tokens are sent to, and normalizes it to scheme, host and port.
 *
 * @param allowInsecure - also accept http on another machine, although anyone on the way can read the key.
 */
export function parseEndpoint(text: string, allowInsecure = false): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UsageError(
      "The Fauna endpoint is not an http(s) URL.",
      "Give a URL such as https://fauna.example.com:8443, or http://127.0.0.1:8443 for a local container.",
    );
  if (url.hostname === "fauna.com" || url.hostname.endsWith(".fauna.com"))
    throw new UsageError(
      "Fauna's hosted service has closed, and its domain may get another owner.",
      "Give the endpoint of your own Fauna server.",
    );
  if (url.protocol === "http:" && !allowInsecure && !isLoopback(url.origin))
    throw new UsageError(
      "The Fauna endpoint is http on another machine: others could read keys and tokens on the way.",
      "Use https, or --allow-insecure-endpoint if you trust the network.",
    );
  return url.origin;
}

/** Whether a URL is on this machine. */
export function isLoopback(endpoint: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(endpoint).hostname);
}
