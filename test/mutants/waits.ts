// How long a test waits for what does not come. `npm test` gives that a minute, in which here most tests would count as
// hung that notice a mutant by waiting for what it keeps from happening.
import { vi } from "vitest";

import { PATIENCE } from "../support/eventually";
import { isIdle, untilIdle } from "../support/idle";

// Tests fake timers.
const { setTimeout: start, setImmediate: turn } = globalThis;
/** After its time a wait looks so often whether all is quiet. */
const PAUSE_MS = 20;

let limitMs = PATIENCE;

/**
 * From now on `waitFor`, `findBy…` and `eventually` give up after that time, once nothing can happen any more unless a timer
 * fires.
 */
export function limitWaits(ms: number): void {
  limitMs = ms;
}

/** The timer by which Testing Library gives up is the one of so many ms. */
const startTimer = (run: () => void, ms = 0, ...rest: unknown[]): unknown => {
  if (ms !== PATIENCE) return start(run, ms, ...rest);
  // After a wait that has ended meanwhile this does nothing.
  const giveUp = (): unknown => turn(() => (isIdle() ? run() : start(giveUp, PAUSE_MS)));
  return start(giveUp, limitMs);
};

globalThis.setTimeout = Object.assign(startTimer, start) as never;

// Vitest has timers of its own.
const { waitFor } = vi;
vi.waitFor = async (look, options) => {
  if (typeof options !== "object" || options.timeout !== PATIENCE) return waitFor(look, options);
  return waitFor(look, { ...options, timeout: limitMs }).catch(async () => {
    await untilIdle();
    return look();
  });
};
