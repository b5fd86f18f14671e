import { onTestFinished, vi } from "vitest";

/** What stands in for the clock of the requests' time limits. */
export interface TimeLimit {
  /** How long the limits are that were set, in ms. */
  readonly asked: number[];
  /** Lets the time be over of those that are still running. */
  readonly end: () => void;
}

/** The platform's own timeouts are longer. */
const LONGEST_MS = 60_000;

/** Until the test ends, timeouts of 3 to 60 seconds only end when the test says so: those of requests and tokens. */
export function holdTimeLimits(): TimeLimit {
  const { setTimeout: start, clearTimeout: stop } = globalThis;
  const asked: number[] = [];
  const ends = new Map<unknown, () => void>();
  const starting = vi.spyOn(globalThis, "setTimeout");
  const stopping = vi.spyOn(globalThis, "clearTimeout");
  starting.mockImplementation(((run: (...rest: unknown[]) => void, ms = 0, ...rest: unknown[]) => {
    if (ms < 3000 || ms > LONGEST_MS) return start(run, ms, ...rest);
    asked.push(ms);
    const timer = start(() => {}).unref();
    ends.set(timer, () => run(...rest));
    return timer;
  }) as never);
  stopping.mockImplementation((timer) => {
    ends.delete(timer);
    stop(timer);
  });
  onTestFinished(() => {
    starting.mockRestore();
    stopping.mockRestore();
  });
  const end = (): void => {
    const running = [...ends.values()];
    ends.clear();
    for (const run of running) run();
  };
  return { asked, end };
}
