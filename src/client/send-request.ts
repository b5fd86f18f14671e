import { afterTimeout } from "../auth/fetch-with-token";
import type { Running } from "../auth/running";

/**
 * Sees each request to Fauna right before it is sent, and may change it. What it returns is called when the answer begins.
 */
export type ChangeRequest = (url: string, init: RequestInit) => (() => void) | undefined;

/** Set by live queries (live/page-slots.ts), for all clients: they share the browser's connections. */
export const requestHook: { change?: ChangeRequest } = {};

/**
 * Sends a request. `fetch` also explains a second 401, by code on demand, and a request for code may hang as any other.
 *
 * Without a time-out it resolves when the answer's headers are there, and with one when all of it is.
 *
 * @throws the reason why the request has ended, which may be a TimeoutError; what `fetch` throws; a SyntaxError for an
 * answer that ended early.
 */
export function sendRequest(
  { until, end }: Pick<Running, "until" | "end">,
  timeoutMs: number | undefined,
  fetch: () => Promise<Response>,
): Promise<Response> {
  const cancel = timeoutMs
    ? afterTimeout(timeoutMs, () => {
        // React Native has no DOMException.
        end(Object.assign(new Error("It took too long."), { name: "TimeoutError" }));
      })
    : undefined;
  async function receive(): Promise<Response> {
    const response = await fetch();
    // Nobody reads a 401.
    if (!timeoutMs || response.status === 401) return response;
    const text = await response.text();
    // WebKitGTK reports no error when the connection is lost within an answer without a length: the answer just ends.
    // Fauna answers with an object. What does not begin as one is the driver's to complain of.
    if (!response.headers.has("content-length") && /^(\{|$)/.test(text)) JSON.parse(text);
    return Object.assign(response, { text: () => Promise.resolve(text) });
  }
  return until(receive()).finally(cancel);
}
