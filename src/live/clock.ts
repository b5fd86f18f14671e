/** By how much the two clocks may differ before one of them must have jumped. */
const JUMP_MS = 1000;

/** How far the dates are ahead of what measures time, and how long the device has slept. */
let [ahead, slept] = [Date.now() - performance.now(), 0];

/**
 * A time in ms to measure durations by. It does not go back when the clock is set back, as dates do, nor stand still while
 * the device sleeps, as `performance.now()` may.
 */
export function now(): number {
  const time = performance.now();
  const aheadNow = Date.now() - time;
  if (Math.abs(aheadNow - ahead) > JUMP_MS) {
    slept += Math.max(0, aheadNow - ahead);
    ahead = aheadNow;
  }
  return time + slept;
}

/** A date in ms since the epoch: for what users and tokens tell. */
export const dateNow = (): number => Date.now();
