import { type QueryFailure, ServiceError, TaggedTypeFormat } from "fauna";

import type { Identity } from "../auth/identity";
import type { Connection } from "../drivers/connection";
import { readLines } from "../drivers/v10-stream";
import { retryPolicy } from "../query/retry";
import type { FaunaEvent } from "./fauna-event";
import { type Hub, hubOf, type Member } from "./hub";
import type { FaunaLiveState } from "./live-state";
import { pause } from "./pause";
import { renewIn } from "./renewal";

/** A place among the events of a source. */
export interface Position {
  readonly token: string;
  /** After the last event that was applied; missing while that is none. */
  cursor?: string;
  /** Whether events may have been missed since the snapshot. */
  isOld?: boolean;
}

/** A place that the server tells without an event. */
export interface Status {
  readonly type: "status";
  readonly cursor: string;
}

type Failure = QueryFailure & { readonly type: "error" };

/** Who the events are for. */
export interface Target {
  /** Where to go on; undefined as long as there is no snapshot. It moves on when events are applied. */
  position: Position | undefined;
  /** Makes a position. */
  readonly snapshot: () => Promise<unknown>;
  /** Takes the next event; what is returned is waited for. */
  readonly take: (event: FaunaEvent | Status) => Promise<void> | undefined;
  /** Forgets what was taken and is not applied: it will come again. */
  readonly rewind: () => void;
  readonly show: (state: FaunaLiveState) => void;
  /** Told that the server does not take the position any more. Returns whether another can be made. */
  readonly lose: (error: Error) => boolean;
  /** Told why it is given up. */
  readonly fail: (error: Error) => void;
}

/** How long in ms a request may take. */
const PATIENCE = 30_000;
/** How long in ms a stream may be silent: longer than the server's interval between two of its status events, 5 min. */
const SILENCE = 330_000;
/** After so many ms a connection was a good one. */
const GOOD = 10_000;
/** The bounds in ms of the first and of every further wait before the next attempt. */
const [FIRST_WAIT, LONGEST_WAIT] = [250, 30_000];
const PAGE_SIZE = 1000;

/** Follows an event source for one identity, whatever happens to connection and token. */
export class Follower implements Member {
  readonly #connection: Connection;
  readonly #identity: Identity;
  readonly #target: Target;
  readonly #hub: Hub;
  readonly #life: AbortSignal;
  #turn = new AbortController();
  #failures = 0;
  /** Whether the rights were lost, and nothing has come since. */
  #isLost = false;
  /** Whether the next token has to be a newer one. */
  #isRefused = false;
  #isAsking = false;
  #renewAt = Infinity;
  #openedAt = Infinity;
  until: number = Infinity;
  isStreaming = false;
  isWaiting = false;

  /** @param signal - ends it; so does the end of the identity. */
  constructor(connection: Connection, identity: Identity, target: Target, signal: AbortSignal) {
    this.#connection = connection;
    this.#identity = identity;
    this.#target = target;
    this.#hub = hubOf(connection);
    this.#life = connection.session.begin(identity, signal);
    void this.#run();
  }

  readonly wake: () => void = () => {
    this.#turn.abort();
    this.#target.rewind();
  };

  async #run(): Promise<void> {
    // StrictMode lets go and takes hold again in one go.
    await Promise.resolve();
    this.#hub.join(this);
    this.#life.addEventListener("abort", this.wake);
    while (!this.#life.aborted) await this.#go();
    this.#hub.leave(this);
    this.#target.show("off");
  }

  /** One turn: up to the next failure, or until it is woken. */
  async #go(): Promise<void> {
    this.#turn = new AbortController();
    const { signal } = this.#turn;
    this.until = Infinity;
    try {
      await (this.#hub.isPaused ? this.#rest("paused", Infinity) : this.#follow(signal));
    } catch (error) {
      if (!signal.aborted) await this.#recover(error as Error);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const target = this.#target;
    target.rewind();
    this.#isAsking = true;
    while (!target.position && !this.#life.aborted) await target.snapshot();
    this.#isAsking = false;
    const { position } = target;
    const isStreaming = this.#hub.mayStream(this);
    let cursor = position?.cursor;
    if (!position) return;
    // A stream replays no more than 128 events, a feed any number.
    if (position.isOld || !isStreaming)
      cursor = await this.#catchUp(position.token, cursor, signal);
    position.isOld = true;
    if (isStreaming) return this.#stream(position.token, cursor, signal);
    this.#failures = 0;
    await this.#rest("live", this.#hub.settings.pollInterval ?? 5000);
  }

  async #catchUp(token: string, cursor: string | undefined, signal: AbortSignal): Promise<string> {
    for (;;) {
      const response = await this.#post("/feed/1", { token, cursor, page_size: PAGE_SIZE }, signal);
      const page = this.#decode(await response.text()) as {
        readonly events: readonly (FaunaEvent | Failure)[];
        readonly cursor: string;
        readonly has_next: boolean;
      };
      for (const event of page.events) await this.#take(event);
      ({ cursor } = page);
      await this.#take({ type: "status", cursor });
      if (!page.has_next) return cursor;
    }
  }

  async #stream(token: string, cursor: string | undefined, signal: AbortSignal): Promise<void> {
    const { body } = await this.#post("/stream/1", { token, cursor }, signal);
    this.#openedAt = Date.now();
    for await (const line of readLines(body as ReadableStream<Uint8Array>)) {
      this.until = Math.min(this.#renewAt, Date.now() + SILENCE);
      await this.#take(this.#decode(line) as FaunaEvent | Status | Failure);
      this.#target.show("live");
    }
    throw new Error("The server has ended the stream.");
  }

  #take(event: FaunaEvent | Status | Failure): Promise<void> | undefined {
    // What was read already of a connection that is over comes again by the next.
    this.#turn.signal.throwIfAborted();
    if (event.type === "error") throw new ServiceError(event);
    if (event.type !== "status") this.#settle();
    return this.#target.take(event);
  }

  /** It works: what failed before does not count any more. */
  #settle(): void {
    this.#failures = 0;
    this.#isLost = false;
  }

  #decode(text: string): unknown {
    const { long_type = "number" } = this.#connection.client.clientConfiguration;
    return TaggedTypeFormat.decode(text, { long_type });
  }

  async #post(path: string, body: object, outer: AbortSignal): Promise<Response> {
    const { authorize, endpoint, session } = this.#connection;
    const signal = session.begin(this.#identity, AbortSignal.any([this.#life, outer]));
    this.until = Date.now() + PATIENCE;
    const response = await authorize(signal, (token) => {
      // What has lost its rights is taken for what the server refuses, which has a newer one made.
      if (this.#isRefused) {
        this.#isRefused = false;
        return Promise.resolve(new Response(null, { status: 401 }));
      }
      this.#renewAt = Date.now() + renewIn(token);
      return fetch(endpoint.href.replace(/\/$/, "") + path, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(body),
        signal,
        credentials: "omit",
        redirect: "error",
      });
    });
    if (response.ok) return response;
    throw new ServiceError((await response.json()) as QueryFailure, response.status);
  }

  async #recover(error: Error): Promise<void> {
    const { code, httpStatus } = error as { code?: string; httpStatus?: number };
    const target = this.#target;
    if (this.#isAsking && !this.#passes(error)) return this.#giveUp(error);
    if (this.#openedAt < Date.now() - GOOD) this.#settle();
    if (code === "permission_loss") {
      if (this.#isLost) return this.#end(error);
      this.#isLost = this.#isRefused = true;
      return;
    }
    const isRefused = httpStatus && !this.#passes(error);
    if ((isRefused || code === "invalid_stream_start_time") && !target.lose(error))
      return this.#giveUp(error);
    const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures++);
    this.#openedAt = Infinity;
    await this.#rest("reconnecting", Math.random() * most);
  }

  /** The user has no right to the events any more; to the data perhaps. */
  async #end(error: Error): Promise<void> {
    const target = this.#target;
    let reason = error;
    try {
      await target.snapshot();
    } catch (failure) {
      reason = failure as Error;
    }
    target.lose(reason);
    await this.#giveUp(reason);
  }

  /** Waits until it is woken, by somebody else's snapshot or because the page is online again or shown again. */
  #giveUp(error: Error): Promise<void> {
    this.#target.fail(error);
    return this.#rest("off", Infinity);
  }

  async #rest(state: FaunaLiveState, ms: number): Promise<void> {
    this.until = Infinity;
    this.#target.show(state);
    this.isWaiting = true;
    await pause(ms, this.#turn.signal);
    this.isWaiting = false;
  }

  #passes(error: Error): boolean {
    const [driver] = this.#connection.drivers;
    const decide = driver && retryPolicy(driver, 1);
    return typeof decide === "function" && decide(0, error);
  }
}
