import { onTestFinished, vi } from "vitest";

/** Set before the timers are replaced. */
const startTimer = setTimeout;
const now = performance.now.bind(performance);

/**
 * What tests on a real server get for `support/hurry`: they can skip time, too, but it passes as it really does, since
 * the server has a clock of its own.
 */
export function hurry(
  faked: Parameters<typeof vi.useFakeTimers>[0] = {
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"],
  },
  eachTurn: () => unknown = () => {},
): void {
  vi.useFakeTimers(faked);
  let isOver = false;
  let last = now();
  const step = (): void => {
    if (isOver) return;
    const passed = Math.floor(now() - last);
    last += passed;
    vi.advanceTimersByTime(passed);
    eachTurn();
    startTimer(step, 2);
  };
  step();
  onTestFinished(() => {
    isOver = true;
    vi.useRealTimers();
  });
}
