import { onTestFinished, vi } from "vitest";

// Parts that the library loads when it needs them: that takes real time, in which nothing seems to happen.
import "../../src/auth/unauthorized-reasons";
import "../../src/drivers/v10-stream";
import "../../src/live/read-source";
import { PATIENCE } from "./eventually";
import { describeWork, isIdle } from "./idle";

type Faked = Parameters<typeof vi.useFakeTimers>[0];

/** Set before the timers are replaced: a turn of the real event loop, in which sockets talk. */
const turn = setImmediate;
const realNow = performance.now.bind(performance);

/**
 * Until the test ends, nobody waits for a timeout: while sockets talk no time passes, and when nothing else is left to
 * happen the next timeout comes. How fast the machine is makes no difference.
 */
export function hurry(
  faked: Faked = { toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] },
  eachTurn: () => void = () => {},
): void {
  vi.useFakeTimers(faked);
  let isOver = false;
  let idleAt = realNow();
  const step = (): void => {
    if (isOver) return;
    eachTurn();
    if (isIdle()) {
      vi.advanceTimersToNextTimer();
      idleAt = realNow();
    }
    isOver ||= realNow() - idleAt > PATIENCE;
    if (isOver) throw new Error(`The network does not come to rest: ${describeWork()}`);
    turn(step);
  };
  turn(step);
  onTestFinished(() => {
    isOver = true;
    vi.useRealTimers();
  });
}
