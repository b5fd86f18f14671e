import { onTestFinished, vi } from "vitest";

// Parts that the library loads when it needs them: that takes real time, in which nothing seems to happen.
import "../../src/auth/refresh";
import "../../src/auth/token-errors";
import "../../src/auth/token-identity";
import "../../src/cache/optimistic-layers";
import "../../src/auth/unauthorized-reasons";
import "../../src/client/v10-stream";
import "../../src/live/on-demand";
import { describeWork, isIdle } from "./idle";

type Faked = Parameters<typeof vi.useFakeTimers>[0];

/** Set before anything is replaced: a turn of the real event loop, in which sockets talk. */
const turn = setImmediate;

/** So many turns may the network talk without a rest: it only turns a hang into a failure. */
const MOST_TURNS = 1_000_000;

/**
 * Until the test ends, nobody waits for a timeout: while sockets talk no time passes, and when nothing else is left to
 * happen the next timeout comes. How fast the machine is makes no difference.
 *
 * @param goesOn - asked when all is quiet; whether a test that waited for that goes on, before any timeout.
 */
export function hurry(
  faked: Faked = { toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] },
  goesOn: () => boolean = () => false,
): void {
  vi.useFakeTimers(faked);
  let isOver = false;
  let turns = 0;
  const step = (): void => {
    if (isOver) return;
    if (isIdle()) {
      if (!goesOn()) vi.advanceTimersToNextTimer();
      turns = 0;
    }
    if (++turns > MOST_TURNS)
      throw new Error(`The network does not come to rest: ${describeWork()}`);
    turn(step);
  };
  turn(step);
  onTestFinished(() => {
    isOver = true;
    vi.useRealTimers();
  });
}
