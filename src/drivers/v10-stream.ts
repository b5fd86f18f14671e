/** How long in ms a stream that the server ended is held before the driver, which would reconnect at once, hears. */
const PAUSE_AFTER_CLOSE = 1000;

/** The events of a stream's response, a line each, until the server ends it or the signal aborts. */
export async function* readEvents({ body }: Response, signal: AbortSignal): AsyncGenerator<string> {
  if (body) yield* readLines(body, signal);
  await new Promise((resume) => setTimeout(resume, PAUSE_AFTER_CLOSE));
}

/**
 * Reads the non-empty lines of a body as they come: a character or a line may be split across its chunks. It ends when
 * the signal aborts, whether `fetch` has it too or not: Node's forgets it once the garbage was collected.
 */
export async function* readLines(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const reader = body.getReader();
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
      for (const line of lines) if (line.trim()) yield line;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    // Leaving early, by close() or by an error, has to close the connection too.
    await reader.cancel();
  }
}
