import type { LocalRequest } from "../http/exchange";
import type { Database } from "../store";
import { LAST_ORDINAL } from "./cursor";
import { EventStream, type OpenStream } from "./open-streams";
import { Queue } from "./queue";
import type { Arrival } from "./stream";

/** An open stream of the local Fauna. */
export interface LocalStream extends OpenStream {
  /** Sends a `status` event. */
  status(): void;
}

/** A stream of a database's events. */
export class DatabaseStream extends EventStream implements LocalStream {
  /** What there is to send, until the stream ends. */
  readonly arriving: Queue<Arrival> = new Queue(this.signal);

  constructor(
    request: LocalRequest,
    readonly database: Database,
  ) {
    super(request);
  }

  status(): void {
    // As of now: commits of which it has not told yet are before it in the queue.
    this.arriving.push({ status: { ts: this.database.lastTs, ordinal: LAST_ORDINAL } });
  }
}
