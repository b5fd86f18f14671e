import { onTestFinished, vi } from "vitest";
import type { FastClock } from "../support/live-clock";

/** Set before the timers are replaced. */
const startTimer = setTimeout;
const now = performance.now.bind(performance);

/** How much longer than the local Fauna a server may need. */
const PATIENCE = 3;

/**
 * What tests on a real server get for `support/live-clock`: they can skip time on it, too, but it passes as it really
 * does, since the server has a clock of its own.
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
    const passed = Math.floor(now() - last);
    last += passed;
    vi.advanceTimersByTime(passed);
    for (const look of [...waiting]) look();
    startTimer(tick, 2);
  };
  tick();
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
        const end = now() + ms * PATIENCE;
        const look = (): void => {
          const so = isSo();
          if (!so && now() < end) return;
          waiting.delete(look);
          if (so) resolve();
          else reject(new Error(`Not so after ${ms * PATIENCE} ms: ${what()}`));
        };
        waiting.add(look);
      }),
  };
}
