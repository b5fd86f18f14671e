import { onTestFinished, vi } from "vitest";

/** Set before the timers are replaced: a turn of the real event loop, in which sockets talk. */
const turn = setImmediate;

/** A clock that runs as fast as the event loop turns. */
export interface FastClock {
  /** Resolves after so many turns. */
  turns(count: number): Promise<void>;
  /** Resolves once it is so, or rejects when it has not become so within as many turns. */
  until(isSo: () => boolean, what: () => string, turns?: number): Promise<void>;
}

/**
 * Until the test ends, time (timers and dates, for client and server alike) passes by `step` ms with each turn of the
 * event loop: tokens expire and pauses end within moments, while sockets are real.
 */
export function startFastClock(step = 10): FastClock {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
  });
  const waiting = new Set<() => void>();
  let over = false;
  const tick = (): void => {
    if (over) return;
    vi.advanceTimersByTime(step);
    for (const look of [...waiting]) look();
    turn(tick);
  };
  turn(tick);
  onTestFinished(() => {
    over = true;
    vi.useRealTimers();
  });

  const until: FastClock["until"] = (isSo, what, turns = 6000) =>
    new Promise((resolve, reject) => {
      let left = turns;
      const look = (): void => {
        const so = isSo();
        if (!so && left-- > 0) return;
        waiting.delete(look);
        if (so) resolve();
        else reject(new Error(`Not so after ${turns} turns: ${what()}`));
      };
      waiting.add(look);
    });
  return {
    until,
    async turns(count) {
      let left = count;
      await until(
        () => left-- <= 0,
        () => "unreachable",
        count + 1,
      );
    },
  };
}
