import { describe, expect, test, vi } from "vitest";

import {
  isTransient,
  markAsMaybeApplied,
  markMaybeApplied,
  shouldRetry,
  writeRetryPolicy,
} from "../../src/cache/retry";
import type { Driver } from "../../src/client/driver";
import { ConfigurationError, isMaybeApplied, TokenError } from "../../src/errors";

/** A driver to which errors with this status may pass. */
const driver = {
  isTransient: (error: unknown) => (error as { httpStatus?: number }).httpStatus === 503,
} as Driver;
const passing = Object.assign(new Error("Later."), { httpStatus: 503 });
const lasting = Object.assign(new Error("Never."), { httpStatus: 400 });
const passingToken = Object.assign(new TokenError("offline"), { mayPass: true });
const lastingToken = Object.assign(new TokenError("signed_out"), { httpStatus: 503 });

test.each([
  [passing, true],
  [lasting, false],
  [passingToken, true],
  [lastingToken, false],
])(
  "whether an error may pass the driver says, and of a token's error the error: %s, %o",
  (error, may) => {
    expect(isTransient(driver, error)).toBe(may);
  },
);

describe("a failed read", () => {
  test.each<[Parameters<typeof shouldRetry>[1], number]>([
    [undefined, 3],
    [5, 5],
    [0, 0],
    [false, 0],
    [true, Infinity],
  ])("with retry: %s is sent again %s times", (retry, times) => {
    const isRetried = (count: number) => shouldRetry(driver, retry, count, passing);
    if (times > 0) expect(isRetried(Math.min(times, 1000) - 1)).toBe(true);
    if (times < Infinity) expect(isRetried(times)).toBe(false);
  });

  test("that can only fail again is not sent again, whatever the limit is", () => {
    expect(shouldRetry(driver, true, 0, lasting)).toBe(false);
    expect(shouldRetry(driver, true, 0, lastingToken)).toBe(false);
  });

  test("is sent again as a function of the app's says", () => {
    const retry = vi.fn((count: number) => count < 1);
    expect(shouldRetry(driver, retry, 0, lasting)).toBe(true);
    expect(shouldRetry(driver, retry, 1, passing)).toBe(false);
    expect(retry).toHaveBeenCalledWith(0, lasting);
  });
});

describe("the error of a write", () => {
  test.each([
    [{ httpStatus: 400 }, false],
    [{ httpStatus: 403 }, false],
    [{ httpStatus: 499 }, false],
    [{ requestResult: { statusCode: 400 } }, false],
    [{ httpStatus: 408 }, true],
    [{ httpStatus: 440 }, true],
    [{ requestResult: { statusCode: 440 } }, true],
    [{ httpStatus: 399 }, true],
    [{ httpStatus: 500 }, true],
    [{ requestResult: undefined }, true],
    [{}, true],
  ])("%j is marked unless it says that nothing was applied: %o", (fields, isMarked) => {
    const error = Object.assign(new Error("It failed."), fields);
    const told = markMaybeApplied(error);
    expect(told).toBe(error);
    expect(isMaybeApplied(told)).toBe(isMarked);
  });

  test("of ours is not marked, because nothing was sent, unless its user has changed meanwhile", () => {
    for (const error of [
      new TokenError("token_missing"),
      new ConfigurationError("not_a_query", "No."),
    ])
      expect(isMaybeApplied(markMaybeApplied(error))).toBe(false);
    const changed = markMaybeApplied(new TokenError("identity_changed"));
    expect(isMaybeApplied(changed)).toBe(true);
  });

  test("is itself marked", () => {
    const error = new TypeError("Failed to fetch");
    expect(markAsMaybeApplied(error)).toBe(error);
    expect(isMaybeApplied(error)).toBe(true);
  });

  test("of ours is marked as a copy that is the same otherwise: what was not sent may fail with it, too", () => {
    const error = new TokenError("identity_changed");
    const marked = markAsMaybeApplied(error) as TokenError;
    expect(isMaybeApplied(error)).toBe(false);
    expect(isMaybeApplied(marked)).toBe(true);
    expect(marked).toBeInstanceOf(TokenError);
    expect(marked).toMatchObject({
      code: "identity_changed",
      message: error.message,
      stack: error.stack,
    });
  });

  test("that is none is its cause", () => {
    const marked = markAsMaybeApplied("a text");
    expect(marked).toBeInstanceOf(Error);
    expect(marked).toMatchObject({ message: "a text", cause: "a text" });
    expect(isMaybeApplied(marked)).toBe(true);
  });
});

describe("a failed write", () => {
  const refused = (status: number) => Object.assign(new Error("Later."), { httpStatus: status });

  test.each([
    [refused(409), true],
    [refused(429), true],
    [Object.assign(new Error("Later."), { requestResult: { statusCode: 429 } }), true],
    [new TokenError("rate_limited"), true],
    [new TokenError("offline"), true],
    [new TokenError("signed_out"), false],
    [refused(400), false],
    [refused(503), false],
    [new Error("?"), false],
    [null as unknown as Error, false],
    [markAsMaybeApplied(refused(429)) as Error, false],
  ])("with the error %s is sent again only if nothing was applied: %o", (error, isRetried) => {
    expect(writeRetryPolicy()(0, error)).toBe(isRetried);
    expect(writeRetryPolicy(true)(100, error)).toBe(isRetried);
    expect(writeRetryPolicy(() => true)(0, error)).toBe(isRetried);
    expect(writeRetryPolicy(() => false)(1, error)).toBe(false);
  });

  test("is sent again three times unless the app says otherwise", () => {
    const three = [0, 1, 2, 3].map((count) => writeRetryPolicy()(count, refused(429)));
    expect(three).toEqual([true, true, true, false]);
    const once = [0, 1].map((count) => writeRetryPolicy(1)(count, refused(429)));
    expect(once).toEqual([true, false]);
  });

  test("is decided on once, although it is asked twice", () => {
    const retry = vi.fn(() => true);
    const policy = writeRetryPolicy(retry);
    const error = refused(429);
    expect([policy(0, error), policy(0, error)]).toEqual([true, true]);
    expect(retry).toHaveBeenCalledExactlyOnceWith(0, error);
    policy(1, error);
    policy(0, refused(429));
    expect(retry).toHaveBeenCalledTimes(3);
  });
});
