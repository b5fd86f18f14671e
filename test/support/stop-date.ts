import { onTestFinished, vi } from "vitest";

/**
 * Until the test ends, dates stand still. TanStack fetches again what suspended if that is more than a second old when it
 * is shown, and on a busy machine it is.
 */
export function stopDate(): void {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
}
