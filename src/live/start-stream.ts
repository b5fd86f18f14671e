import type { Identity } from "../auth/identity";
import type { Connection } from "../client/connection";
import type { EventSink, EventStream } from "./event-stream";
import { nextStatus } from "./live-info";
import { sleep } from "./sleep";

const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 30_000;

/** Starts an {@link EventStream}, which is loaded on demand: nobody needs it before the data is there. */
export async function startStream(
  connection: Connection,
  identity: Identity,
  sink: EventSink,
  signal: AbortSignal,
): Promise<EventStream | undefined> {
  for (let delay = FIRST_DELAY_MS; !signal.aborted; delay = Math.min(2 * delay, MAX_DELAY_MS)) {
    try {
      const { EventStream } = await import("./on-demand");
      return new EventStream(connection, identity, sink, signal);
    } catch (cause) {
      const { live } = sink.status;
      const [error, retryAt] = [cause as Error, Date.now() + delay];
      sink.onStatus(nextStatus(sink.status, { live, reason: "failed", error, retryAt }));
      await sleep(delay, signal);
    }
  }
  return undefined;
}
