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
  delayMs: number = FIRST_DELAY_MS,
): Promise<void> {
  const code = isWanted() && (await load().catch(() => undefined));
  if (!isWanted()) return;
  if (code) await start(code);
  const next = Math.min(2 * delayMs, MAX_DELAY_MS);
  if (!code) setTimeout(() => void loadLater(load, start, isWanted, next), delayMs);
}
