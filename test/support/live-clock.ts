import { vi } from "vitest";

import { hurry } from "./hurry";

/** A clock that goes on by itself. Its times are in its own milliseconds. */
export interface FastClock {
  /** Resolves when so much time has passed. */
  pass(ms: number): Promise<void>;
  /** Lets so much time pass in one go: timers fire, but no socket talks meanwhile. */
  skip(ms: number): void;
  /** Lets so much time pass as when the device is asleep: no timer fires meanwhile. */
  sleep(ms: number): void;
  /** Resolves once it is so, or rejects when it has not become so in time. */
  until(look: () => boolean, what: () => string, ms?: number): Promise<void>;
}

/**
 * Until the test ends, time (timers and dates, for client and server alike) stands still while sockets talk, and jumps
 * to the next timer when nothing else is left to happen: tokens expire and pauses end at once, while sockets are real.
 */
export function startFastClock(): FastClock {
  const waiting = new Map<() => boolean, () => void>();
  const wakeWaiting = (): boolean => {
    const woken = [...waiting].filter(([isSo]) => isSo());
    for (const [, wake] of woken) wake();
    return woken.length > 0;
  };
  hurry(
    {
      toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"],
      // Tokens count in seconds: where one ends is the same in each run.
      now: Math.ceil(Date.now() / 1000) * 1000,
    },
    wakeWaiting,
  );

  return {
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    skip: (ms) => void vi.advanceTimersByTime(ms),
    sleep: (ms) => void vi.setSystemTime(Date.now() + ms),
    until: (look, what, ms = 60_000) =>
      new Promise((resolve, reject) => {
        const isSo = (): boolean => look();
        const timer = setTimeout(() => {
          waiting.delete(isSo);
          reject(new Error(`Not so after ${ms} ms: ${what()}`));
        }, ms);
        waiting.set(isSo, () => {
          clearTimeout(timer);
          waiting.delete(isSo);
          resolve();
        });
      }),
  };
}
