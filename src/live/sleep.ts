import { MAX_TIMEOUT_MS } from "../auth/fetch-with-token";

/** Resolves after `ms`, or once the signal aborts. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, signal.aborted ? 0 : Math.min(ms, MAX_TIMEOUT_MS));
    signal.addEventListener("abort", wake);
  });
