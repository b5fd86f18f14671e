import { onTestFinished, vi } from "vitest";

/** Until the test ends, time passes by 10 ms with each turn of the event loop, for timeouts only. */
export function hurry(): void {
  const stop = fakeTimeouts();
  let over = false;
  const tick = (): void => {
    if (over) return;
    vi.advanceTimersByTime(10);
    setImmediate(tick);
  };
  setImmediate(tick);
  onTestFinished(() => {
    over = true;
    stop();
  });
}

/** The same where something waits for the network: until the test ends, time passes ten times as fast. */
export function hurryBesideNetwork(): void {
  const stop = fakeTimeouts();
  const ticking = setInterval(() => vi.advanceTimersByTime(50), 5);
  onTestFinished(() => {
    clearInterval(ticking);
    stop();
  });
}

function fakeTimeouts(): () => void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  return () => void vi.useRealTimers();
}
