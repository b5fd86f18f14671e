import { type QueryFailure, ServiceError } from "fauna";

/** How long in ms to wait before the driver learns that a stream has ended, because it reconnects at once. */
const PAUSE_AFTER_CLOSE_MS = 1000;

/** Yields the events of a stream, one line each, until the server ends it or the signal aborts. */
export async function* readEvents(
  open: () => Promise<Response>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for await (const lines of readLines(open, signal)) yield* lines;
  await new Promise((resume) => setTimeout(resume, PAUSE_AFTER_CLOSE_MS));
}

/**
 * Opens a stream and yields its non-empty lines, in batches as they come. A character or a line may be split across
 * chunks. It ends when the signal aborts, even if `fetch` misses that: Node's `fetch` may lose its signal to
 * garbage collection.
 *
 * @throws ServiceError if the response is not a stream.
 */
export async function* readLines(
  open: () => Promise<Response>,
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  const response = await open();
  if (!response.ok)
    throw new ServiceError((await response.json()) as QueryFailure, response.status);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  // If fetch has already ended the body, reading it fails anyway.
  const cancel = (): void => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (let done = false; !done;) {
      const chunk = await reader.read();
      done = chunk.done;
      const lines = (rest + decoder.decode(chunk.value, { stream: !done })).split("\n");
      rest = done ? "" : (lines.pop() ?? "");
      yield lines.filter((line) => line.trim());
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    // Leaving early, by close() or by an error, must close the connection, too.
    await reader.cancel();
  }
}
