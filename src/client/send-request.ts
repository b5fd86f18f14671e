import { afterTimeout } from "../auth/fetch-with-token";
import type { Running } from "../auth/running";

/**
 * Sees each request to Fauna right before it is sent, and may change it. What it returns is called when the answer begins.
 */
export type ChangeRequest = (url: string, init: RequestInit) => (() => void) | undefined;

/** Set by live queries (live/page-slots.ts), for all clients: they share the browser's connections. */
export const requestHook: { change?: ChangeRequest } = {};

/** Settles as `work` does, which sends the request. If it has a time limit, that ends it with a TimeoutError. */
export const withTimeLimit = <T>(
  { until, end }: Pick<Running, "until" | "end">,
  timeoutMs: number | undefined,
  work: Promise<T>,
): Promise<T> =>
  until(
    work,
    timeoutMs
      ? afterTimeout(timeoutMs, () => {
          // React Native has no DOMException.
          end(Object.assign(new Error("It took too long."), { name: "TimeoutError" }));
        })
      : undefined,
  );

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
