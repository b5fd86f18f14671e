import { afterTimeout } from "../auth/fetch-with-token";
import type { TimeLimit } from "../auth/running";

/**
 * Sees each request to Fauna right before it is sent, and may change it. What it returns is called when the answer begins.
 */
export type ChangeRequest = (url: string, init: RequestInit) => (() => void) | undefined;

/** Set by live queries (live/page-slots.ts), for all clients: they share the browser's connections. */
export const requestHook: { change?: ChangeRequest } = {};

/** Makes what ends a request with a TimeoutError after a time in ms; undefined without one, or with 0. */
export const requestLimit = (timeoutMs = 0): TimeLimit | undefined =>
  timeoutMs
    ? (end) =>
        afterTimeout(timeoutMs, () =>
          // React Native has no DOMException.
          end(Object.assign(new Error("It took too long."), { name: "TimeoutError" })),
        )
    : undefined;

/**
 * Reads all of an answer.
 *
 * @throws SyntaxError if it ended early.
 */
export async function readWhole(response: Response): Promise<Response> {
  const text = await response.text();
  // WebKitGTK reports no error when the connection is lost within an answer without a length: the answer just ends.
  // Fauna answers with an object. What does not begin as one is the driver's to complain of.
  if (!response.headers.has("content-length") && /^(\{|$)/.test(text)) JSON.parse(text);
  return Object.assign(response, { text: () => Promise.resolve(text) });
}
