import { onTestFinished, vi } from "vitest";

/** What stands in for the clock of the requests' time limits. */
export interface TimeLimit {
  /** How long the limits are that were set, in ms. */
  readonly asked: number[];
  /** Lets the time be over. */
  readonly end: () => void;
}

/** Until the test ends, timeouts of 3 to 60 seconds only end when the test says so: those of requests and tokens. */
export function holdTimeLimits(): TimeLimit {
  const { setTimeout: start } = globalThis;
  const asked: number[] = [];
  const ends: (() => void)[] = [];
  const spy = vi.spyOn(globalThis, "setTimeout");
  spy.mockImplementation(((run: () => void, ms = 0, ...rest: unknown[]) => {
    // Node's own are longer.
    if (ms < 3000 || ms > 60_000) return start(run, ms, ...rest);
    asked.push(ms);
    ends.push(run);
    return start(() => {}, 2 ** 31 - 1);
  }) as never);
  onTestFinished(() => spy.mockRestore());
  return { asked, end: () => ends.forEach((run) => run()) };
}
