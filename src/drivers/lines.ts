/**
 * Reads the non-empty lines of a response's body as they come, whatever the chunks it comes in: a character or a
 * line may be split across them.
 */
export async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
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
    // Leaving early, by close() or by an error, has to close the connection too.
    await reader.cancel();
  }
}
