/** The pause before an attempt is repeated for the first time. */
export const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 30_000;

/** The pause after the one before. */
export const nextDelay = (delayMs: number): number => Math.min(2 * delayMs, MAX_DELAY_MS);

/**
 * Loads code that nobody waits for, and starts it. What cannot be loaded, as without a network, is asked for again after
 * pauses that grow.
 *
 * @param isWanted - whether it still is.
 * @param onFailure - called with the reason, and the pause in ms after which it is asked for again.
 */
export async function loadLater<T>(
  load: () => Promise<T>,
  start: (code: T) => unknown,
  isWanted: () => boolean,
  onFailure?: (error: unknown, delayMs: number) => void,
  delayMs: number = FIRST_DELAY_MS,
): Promise<void> {
  if (!isWanted()) return;
  try {
    const code = await load();
    if (isWanted()) await start(code);
  } catch (error) {
    if (!isWanted()) return;
    onFailure?.(error, delayMs);
    setTimeout(() => void loadLater(load, start, isWanted, onFailure, nextDelay(delayMs)), delayMs);
  }
}
