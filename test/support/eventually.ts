import { vi } from "vitest";

/**
 * So long in ms may anything take that a test waits for. It only turns a hang into a failure. Nothing else takes exactly as
 * long: so it is known by that.
 */
export const PATIENCE = 61_000;

/** Resolves with what the callback returns, once it does not throw any more. */
export const eventually = <T>(look: () => T): Promise<T> =>
  vi.waitFor(look, { interval: 5, timeout: PATIENCE });
