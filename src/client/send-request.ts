import { withDeadline } from "../auth/signals";

/**
 * Sees each request to Fauna right before it is sent, and may change it. What it returns is called when the answer begins.
 */
export type RequestWatcher = (url: string, init: RequestInit) => (() => void) | undefined;

/** Set by live queries: all connections of the page share those of the browser. */
export const page: { watcher?: RequestWatcher } = {};

/**
 * Calls `fetch`. Without a time-out it resolves when the answer's headers are there, and with one when all of it is.
 *
 * @throws the signal's reason, a TimeoutError, what `fetch` throws, or a SyntaxError for an answer that ended early.
 */
export function sendRequest(
  url: string,
  init: RequestInit,
  signal: AbortSignal,
  timeout: number | undefined,
  fetch: typeof globalThis.fetch,
): Promise<Response> {
  return withDeadline(signal, timeout, async (ending) => {
    const onAnswer = page.watcher?.(url, init);
    const response = await fetch(url, { ...init, signal: ending }).finally(onAnswer);
    if (!timeout) return response;
    const text = await response.text();
    // WebKitGTK reports no error when the connection is lost within a chunked answer: the answer just ends. Fauna
    // answers with an object. What does not begin as one is the driver's to complain of, and nobody reads a 401.
    if (response.status !== 401 && (!text || text.startsWith("{"))) JSON.parse(text);
    // The drivers read the text, which need not become bytes again.
    return Object.assign(new Response(null, response), { text: () => Promise.resolve(text) });
  });
}
