import { onTestFinished, vi } from "vitest";

/** Set before the timers are replaced: a turn of the real event loop, in which sockets talk. */
const turn = setImmediate;
const now = performance.now.bind(performance);

/** Milliseconds that pass in one turn at most, and in a real one. */
const [STEP, SPEED] = [10, 100];

/** A clock that runs fast. Its times are in its own milliseconds. */
export interface FastClock {
  /** Resolves when so much time has passed. */
  pass(ms: number): Promise<void>;
  /** Lets so much time pass in one go: timers fire, but no socket talks meanwhile. */
  skip(ms: number): void;
  /** Lets so much time pass as when the device is asleep: no timer fires meanwhile. */
  sleep(ms: number): void;
  /** Resolves once it is so, or rejects when it has not become so in time. */
  until(isSo: () => boolean, what: () => string, ms?: number): Promise<void>;
}

/**
 * Until the test ends, time (timers and dates, for client and server alike) passes up to a hundred times as fast as it
 * does, and no faster than the event loop can turn: tokens expire and pauses end within moments, while sockets are real.
 */
export function startFastClock(): FastClock {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
  });
  const waiting = new Set<() => void>();
  let over = false;
  let last = now();
  const tick = (): void => {
    if (over) return;
    const passed = Math.min(STEP, (now() - last) * SPEED);
    if (passed >= 1) {
      last = now();
      vi.advanceTimersByTime(Math.floor(passed));
      for (const look of [...waiting]) look();
    }
    turn(tick);
  };
  turn(tick);
  onTestFinished(() => {
    over = true;
    vi.useRealTimers();
  });

  return {
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    skip: (ms) => void vi.advanceTimersByTime(ms),
    sleep: (ms) => void vi.setSystemTime(Date.now() + ms),
    until: (isSo, what, ms = 60_000) =>
      new Promise((resolve, reject) => {
        const end = Date.now() + ms;
        const look = (): void => {
          const so = isSo();
          if (!so && Date.now() < end) return;
          waiting.delete(look);
          if (so) resolve();
          else reject(new Error(`Not so after ${ms} ms: ${what()}`));
        };
        waiting.add(look);
      }),
  };
}
