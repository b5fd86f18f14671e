import type { LocalRequest } from "../http/exchange";
import { errorEvent, line } from "./wire-events";

/** An event stream that a client has open, to disturb. What was sent before reaches the client first. */
export interface OpenStream {
  /** The request that opened it. */
  readonly request: LocalRequest;
  /** Cuts its connection, as a network does that goes away. */
  drop(): void;
  /** Ends the answer in good order, as a server does that shuts down. */
  end(): void;
  /** Sends an `error` event and ends. */
  fail(code: string, message: string): void;
  /** Sends nothing any more, and stays open. */
  silence(): void;
}

/** What all open streams have in common, wherever their events come from. */
export class EventStream implements OpenStream {
  readonly #ending = new AbortController();
  #lastWords: string[] = [];
  #isCut = false;
  #isSilent = false;
  /** Aborts when the client has gone, or the stream is to end. */
  readonly signal: AbortSignal;

  constructor(readonly request: LocalRequest) {
    this.signal = AbortSignal.any([request.signal, this.#ending.signal]);
  }

  drop(): void {
    this.#isCut = true;
    this.end();
  }

  end(): void {
    this.#ending.abort();
  }

  fail(code: string, message: string): void {
    this.#lastWords = [line(errorEvent(code, message))];
    this.end();
  }

  silence(): void {
    this.#isSilent = true;
  }

  /** Passes events on as far as nothing disturbs them. They have to end when the signal aborts. */
  async *disturb(events: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const event of events) if (!this.#isSilent) yield event;
    yield* this.#lastWords;
    // What throws while it is sent is cut off.
    if (this.#isCut) throw new Error("dropped");
  }
}

/** The streams that clients have open. */
export class OpenStreams<Stream extends EventStream> {
  readonly #open = new Set<Stream>();

  /** Oldest first. */
  get all(): readonly Stream[] {
    return [...this.#open];
  }

  /** The body of a stream's answer. The stream is open until the client goes, its events end or it is disturbed. */
  async *send(stream: Stream, events: AsyncIterable<string>): AsyncGenerator<string> {
    this.#open.add(stream);
    try {
      yield* stream.disturb(events);
    } finally {
      this.#open.delete(stream);
    }
  }
}
