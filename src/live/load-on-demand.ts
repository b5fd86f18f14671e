import { FIRST_DELAY_MS, nextDelay } from "../auth/load-later";
import { dateNow } from "./clock";
import { nextStatus, type StatusSink } from "./live-info";
import type * as OnDemand from "./on-demand";
import { sleep } from "./sleep";

/** After that time it says that it still waits. */
const TIMEOUT_MS = 30_000;

const NOT_LOADED = "The code of live queries has not been loaded in time.";

/** In an object, so that tests can hold it back. */
export const onDemand = { load: (): Promise<typeof OnDemand> => import("./on-demand") };

/**
 * Loads the code that follows events and starts it, unless the signal has aborted meanwhile. Nobody needs it before
 * the data is there. If it cannot be loaded, the status says so, and it is tried again.
 */
export async function loadOnDemand(
  sink: StatusSink,
  signal: AbortSignal,
  start: (code: typeof OnDemand) => void,
  loadCode = (): Promise<typeof OnDemand> => onDemand.load(),
): Promise<void> {
  const isOver = (): boolean => signal.aborted;
  function tell(cause: unknown, retryAt: number | null): void {
    const { status } = sink;
    const [{ live }, error] = [status, cause as Error];
    if (!isOver()) sink.onStatus(nextStatus(status, { live, reason: "failed", error, retryAt }));
  }
  for (let delay = FIRST_DELAY_MS; !isOver(); delay = nextDelay(delay)) {
    const late = setTimeout(() => tell(new Error(NOT_LOADED), null), TIMEOUT_MS);
    const load = loadCode().finally(() => clearTimeout(late));
    try {
      const code = await load;
      if (!isOver()) start(code);
      return;
    } catch (error) {
      tell(error, dateNow() + delay);
      await sleep(delay, signal);
    }
  }
}
