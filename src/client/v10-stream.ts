import { type QueryFailure, ServiceError } from "fauna";

import { ONCE, identitySignal, throwIfAborted, untilAborted } from "../auth/signals";
import { ConfigurationError } from "../errors";
import { networkError } from "./network-error";
import type { Transport } from "./transport";

/** How long in ms to wait before the driver learns that a stream has ended, because it reconnects at once. */
const PAUSE_AFTER_CLOSE_MS = 1000;

/** Whether an answer can be read as it comes. React Native gives it when it is complete: of a stream, never. */
export const canStream = ({ hadBody }: Pick<Transport, "hadBody">): boolean =>
  (hadBody() ?? "body" in Response.prototype) && typeof TextDecoder !== "undefined";

/**
 * Yields the events of a stream, one line each, until the server ends it.
 *
 * @param closed - resolves when nobody reads it any more.
 * @throws ConfigurationError where answers cannot be read as they come: `fetch` would give none before its end.
 */
export async function* readStream(
  transport: Transport,
  open: (signal: AbortSignal) => Promise<Response>,
  closed: Promise<unknown>,
): AsyncGenerator<string> {
  const closing = new AbortController();
  void closed.then(() => closing.abort());
  try {
    if (!canStream(transport)) throw noStreams();
    const signal = identitySignal(transport.identityStore, undefined, closing.signal);
    for await (const lines of readLines(() => open(signal), signal)) yield* lines;
    await new Promise((resume) => setTimeout(resume, PAUSE_AFTER_CLOSE_MS));
  } catch (error) {
    if (!closing.signal.aborted) throw networkError(error);
  }
}

const noStreams = (): ConfigurationError =>
  new ConfigurationError("not_supported", "This fetch has no streams. Use client.feed().");

/**
 * Opens a stream and yields its non-empty lines, in batches as they come. A character or a line may be split across
 * chunks. A last line without its newline is the half of one: WebKitGTK reports no error when a connection is lost.
 *
 * @param signal - ends the stream, even if the signal given to `fetch` was lost.
 * @throws ServiceError if the response is not a stream, or the reason of the signal.
 */
export async function* readLines(
  open: () => Promise<Response>,
  signal: AbortSignal,
): AsyncGenerator<string[], undefined> {
  const response = await open();
  if (!response.ok) {
    const failure = (await untilAborted(signal, response.json())) as QueryFailure;
    throw new ServiceError(failure, response.status);
  }
  const reader = response.body?.getReader();
  if (!reader) throw noStreams();
  // If fetch has already ended the body, cancelling fails as reading does.
  const cancel = (): Promise<void> => reader.cancel().catch(() => {});
  // It ends a read that waits, too. To wait by `untilAborted` would add a listener for each chunk.
  const onAbort = (): void => void cancel();
  signal.addEventListener("abort", onAbort, ONCE);
  if (signal.aborted) onAbort();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      throwIfAborted(signal);
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() as string;
      yield lines.filter((line) => line.trim());
    }
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
    // Leaving early, by close() or by an error, must close the connection, too.
    await cancel();
  }
}
