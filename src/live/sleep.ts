/**
 * Resolves after so many ms, or once the signal aborts; of several who wait for one signal, only the last one
 * hears.
 */
export const sleep = (ms: number, signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, signal.aborted ? 0 : ms);
    signal.onabort = () => {
      clearTimeout(timer);
      resolve(null);
    };
  });
