import { vi } from "vitest";

let areExpected = false;

/** React reports the errors that a boundary catches on the console: this test expects some. */
export function expectCaughtErrors(): void {
  areExpected = true;
  vi.mocked(console.error).mockImplementation(() => undefined);
}

/** After each test, before the console has to be empty. */
export function forgetCaughtErrors(): void {
  if (areExpected) vi.mocked(console.error).mockClear();
  areExpected = false;
}
