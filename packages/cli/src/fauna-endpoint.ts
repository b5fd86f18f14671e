import { UsageError } from "./cli-error";

/**
 * Checks where an admin key is to be sent, and brings it into one form: scheme, host and port.
 *
 * @param allowInsecure - also http to another machine, where everybody on the way can read the key.
 */
export function parseEndpoint(text: string, allowInsecure = false): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UsageError(
      "The Fauna endpoint is no http(s) URL.",
      "Such as https://fauna.example.com:8443, or http://127.0.0.1:8443 for a local container.",
    );
  if (url.hostname === "fauna.com" || url.hostname.endsWith(".fauna.com"))
    throw new UsageError(
      "Fauna's hosted service is gone; nobody knows who owns that name next.",
      "Give the endpoint of your own Fauna server.",
    );
  if (url.protocol === "http:" && !allowInsecure && !isLoopback(url.origin))
    throw new UsageError(
      "The Fauna endpoint is http on another machine: keys and tokens would be readable on the way.",
      "Use https, or --allow-insecure-endpoint if that network is yours.",
    );
  return url.origin;
}

/** Whether what is sent there stays on this machine. */
export function isLoopback(endpoint: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(endpoint).hostname);
}
