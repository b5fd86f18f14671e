import { loadLater } from "../auth/load-later";
import { dateNow } from "./clock";
import type { StatusSink } from "./live-info";
import type * as OnDemand from "./on-demand";

/** After that time it says that it still waits. */
const TIMEOUT_MS = 30_000;

/** In an object, so that tests can hold it back. */
export const onDemand = { load: (): Promise<typeof OnDemand> => import("./on-demand") };

/**
 * Loads the code that follows events and starts it, unless the signal has aborted meanwhile. Nobody needs it before
 * the data is there. If it cannot be loaded, the status says so, and it is tried again.
 */
export function loadOnDemand(
  sink: StatusSink,
  signal: AbortSignal,
  start: (code: typeof OnDemand) => void,
  loadCode = (): Promise<typeof OnDemand> => onDemand.load(),
): Promise<void> {
  const isWanted = (): boolean => !signal.aborted;
  function tell(error: unknown, retryAt: number | null): void {
    const { live, info } = sink.status;
    sink.onStatus({ live, info: { ...info, reason: "failed", error: error as Error, retryAt } });
  }
  function load(): Promise<typeof OnDemand> {
    const onLate = (): unknown =>
      isWanted() && tell(new Error("The code of live queries has not loaded."), null);
    const late = setTimeout(onLate, TIMEOUT_MS);
    return loadCode().finally(() => clearTimeout(late));
  }
  return loadLater(load, start, isWanted, (error, delay) => tell(error, dateNow() + delay));
}
