/** Resolves after `ms`, which may be Infinity, or as soon as the signal aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = ms < Infinity ? setTimeout(end, ms) : undefined;
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
