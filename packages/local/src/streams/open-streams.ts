import type { LocalRequest } from "../http/exchange";
import type { Database } from "../store";
import { LAST_ORDINAL, type EventCursor } from "./cursor";
import { Queue } from "./queue";
import { errorEvent, type EventReader } from "./reader";
import { type Arrival, line, streamEvents } from "./stream";

/** An open stream, to disturb. What was sent before reaches the client first, as far as the disturbance lets it. */
export interface LocalStream {
  /** The request that opened it. */
  readonly request: LocalRequest;
  /** Cuts its connection, as a network does that goes away. */
  drop(): void;
  /** Ends the answer in good order, as a server does that shuts down. */
  end(): void;
  /** Sends an `error` event and ends. */
  fail(code: string, message: string): void;
  /** Sends a `status` event. */
  status(): void;
  /** Sends nothing any more, and stays open. */
  silence(): void;
}

/** The streams that clients have open. */
export class OpenStreams {
  readonly #open = new Set<LocalStream>();

  /** Oldest first. */
  get all(): readonly LocalStream[] {
    return [...this.#open];
  }

  /** The lines of a stream, which is open until the client goes, an error ends it or it is disturbed. */
  async *open(
    request: LocalRequest,
    reader: EventReader,
    from: EventCursor,
  ): AsyncGenerator<string> {
    const stream = new OpenStream(request, reader.session.database);
    this.#open.add(stream);
    try {
      for await (const event of streamEvents(reader, from, stream.arriving))
        if (!stream.isSilent) yield event;
      yield* stream.lastWords;
      // What throws while it is sent is cut off.
      if (stream.isCut) throw new Error("dropped");
    } finally {
      this.#open.delete(stream);
    }
  }
}

class OpenStream implements LocalStream {
  readonly #ending = new AbortController();
  readonly arriving: Queue<Arrival>;
  lastWords: string[] = [];
  isCut = false;
  isSilent = false;

  constructor(
    readonly request: LocalRequest,
    readonly database: Database,
  ) {
    this.arriving = new Queue(AbortSignal.any([request.signal, this.#ending.signal]));
  }

  drop(): void {
    this.isCut = true;
    this.end();
  }

  end(): void {
    this.#ending.abort();
  }

  fail(code: string, message: string): void {
    this.lastWords = [line(errorEvent(code, message))];
    this.end();
  }

  status(): void {
    // As of now: commits of which it has not told yet are before it in the queue.
    this.arriving.push({ status: { ts: this.database.lastTs, ordinal: LAST_ORDINAL } });
  }

  silence(): void {
    this.isSilent = true;
  }
}
