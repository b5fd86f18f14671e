/**
 * Reads the non-empty lines of a response's body as they come, whatever the chunks it comes in: a character or a
 * line may be split across them.
 */
export async function* readLines(
  open: (signal: AbortSignal) => Promise<Response>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { body } = await open(signal);
  if (!body) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + decoder.decode(value, { stream: !done })).split("\n");
      rest = done ? "" : (lines.pop() ?? "");
      yield* lines.map((line) => line.trim()).filter(Boolean);
      if (done) return;
    }
  } finally {
    // Leaving early, by close() or by an error, has to close the connection too.
    await reader.cancel();
  }
}
