const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 30_000;

/**
 * Loads code that nobody waits for, and starts it. What cannot be loaded, as without a network, is asked for again after
 * pauses that grow.
 *
 * @param isWanted - whether it still is.
 */
export async function loadLater<T>(
  load: () => Promise<T>,
  start: (code: T) => unknown,
  isWanted: () => boolean,
): Promise<void> {
  for (let delayMs = FIRST_DELAY_MS; isWanted(); delayMs = Math.min(2 * delayMs, MAX_DELAY_MS)) {
    const code = await load().catch(() => undefined);
    if (code && isWanted()) await start(code);
    if (code) return;
    await new Promise((resume) => setTimeout(resume, delayMs));
  }
}
