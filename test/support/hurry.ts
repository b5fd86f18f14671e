import { onTestFinished, vi } from "vitest";

/** Until the test ends, time passes by 10 ms with each turn of the event loop, for timeouts only. */
export function hurry(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let over = false;
  const tick = (): void => {
    if (over) return;
    vi.advanceTimersByTime(10);
    setImmediate(tick);
  };
  setImmediate(tick);
  onTestFinished(() => {
    over = true;
    vi.useRealTimers();
  });
}
