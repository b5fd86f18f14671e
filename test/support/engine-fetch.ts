import { onTestFinished, vi } from "vitest";

/** Engines whose `fetch` does not reject with a signal's reason: WebKit's never does, Firefox's not in the body. */
export const engines = ["WebKit", "Firefox"] as const;

export type Engine = (typeof engines)[number];

/** Until the test ends, Node's `fetch` tells of an abort as an engine's does. */
export function stubFetchOf(engine: Engine): void {
  const { fetch } = globalThis;
  vi.stubGlobal("fetch", async (input: Request | string, init: RequestInit = {}) => {
    const signal = init.signal ?? new Request(input).signal;
    const plain = (error: unknown): never => {
      throw signal.aborted ? new DOMException("Fetch is aborted", "AbortError") : error;
    };
    const sent = fetch(input, init);
    const response = await (engine === "WebKit" ? sent.catch(plain) : sent);
    if (!response.body) return response;
    const reader = response.body.getReader();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await reader.read().catch(plain);
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    });
    return new Response(body, response);
  });
  onTestFinished(() => void vi.unstubAllGlobals());
}
