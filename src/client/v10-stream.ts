import { type QueryFailure, ServiceError } from "fauna";

/** How long in ms a stream that the server ended is held before the driver, which would reconnect at once, hears. */
const PAUSE_AFTER_CLOSE_MS = 1000;

/** The events of a stream, a line each, until the server ends it or the signal aborts. */
export async function* readEvents(
  open: () => Promise<Response>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for await (const lines of readLines(open, signal)) yield* lines;
  await new Promise((resume) => setTimeout(resume, PAUSE_AFTER_CLOSE_MS));
}

/**
 * Opens a stream and reads its non-empty lines, those that come together: a character or a line may be split across
 * chunks. It ends when the signal aborts, whether `fetch` has it too or not: Node's forgets it once the garbage was
 * collected.
 *
 * @throws ServiceError when the answer is not a stream.
 */
export async function* readLines(
  open: () => Promise<Response>,
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  const response = await open();
  if (!response.ok)
    throw new ServiceError((await response.json()) as QueryFailure, response.status);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  // Of a body that fetch has ended, the reading fails anyway.
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
    // Leaving early, by close() or by an error, has to close the connection too.
    await reader.cancel();
  }
}
