import { type DecodeOptions, type QueryFailure, ServiceError, TaggedTypeFormat } from "fauna";

import type { Identity } from "../auth/identity";
import type { Connection } from "../drivers/connection";
import type { Driver } from "../drivers/driver";
import { isUnauthorizedError } from "../errors";
import { retryPolicy } from "../query/retry";
import type { FaunaEvent } from "./fauna-event";
import { hubOf, type Member } from "./hub";
import type { FaunaLiveState } from "./fauna-live-state";
import { renewIn } from "./renew-in";
import { sleep } from "./sleep";

/** A place among the events of a source. */
export interface Position {
  readonly token: string;
  /** After the last event that was applied; missing while that is none. */
  cursor?: string;
  /** Whether more may have happened since than a stream replays. */
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
  /** Where to go on; undefined as long as there is no snapshot. Moves on when events are applied. */
  position: Position | undefined;
  /** Makes a position. */
  readonly snapshot: () => Promise<unknown>;
  /**
   * Takes the next events and moves the position on. Until what is returned resolves no more are read; what is not taken
   * when the signal aborts comes again.
   */
  readonly take: (events: readonly (FaunaEvent | Status)[], signal: AbortSignal) => unknown;
  /** Told why the server does not take the position any more. Returns whether no other can be made. */
  readonly isLost?: (error: Error) => boolean;
  /** @param error - why it is given up. */
  readonly show: (state: FaunaLiveState, error?: Error) => void;
}

/** How long in ms a stream may take to open. */
const PATIENCE = 30_000;
/** How long in ms a stream may be silent: longer than the server's interval between two status events, 5 minutes. */
const SILENCE = 330_000;
/** What went on for so many ms before it failed was good. */
const GOOD = 10_000;
/** The bounds in ms of the first wait before another attempt, and of every. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 30_000;
/** The longest time in ms that a timer takes. */
const FOREVER = 2 ** 31 - 1;
const PAGE_SIZE = 1000;

/**
 * Follows an event source for an identity, whatever happens to connection, token and page, until the identity ends or the
 * signal aborts.
 *
 * @returns a function that has it go on from its position at once, whatever it does or waits for now.
 */
export function follow(
  connection: Connection,
  identity: Identity,
  target: Target,
  outer: AbortSignal,
): () => void {
  const { transport, session, client, drivers } = connection;
  const isPassing = retryPolicy(drivers[0] as Driver, 1) as (
    count: number,
    error: Error,
  ) => boolean;
  const hub = hubOf(connection);
  const life = session.begin(identity, outer);
  let turn = new AbortController();
  let failures = 0;
  let renewAt = 0;
  /** Whether the rights were lost, and nothing has come since. */
  let isLost = false;
  /** Whether the next token has to be a newer one. */
  let isRefused = false;

  const wake = (): void => turn.abort();
  const member: Member = { until: Infinity, isWaiting: false, isStreaming: false, wake };

  async function run(): Promise<void> {
    // StrictMode lets go and takes hold again in one go.
    await Promise.resolve();
    const leave = hub.join(member);
    life.onabort = wake;
    while (!life.aborted) await attempt();
    leave();
    target.show("off");
  }

  /** Goes on until the next failure, or until it is woken. */
  async function attempt(): Promise<void> {
    turn = new AbortController();
    const { signal } = turn;
    const begin = Date.now();
    try {
      await (hub.isPaused() ? rest("paused", FOREVER) : goOn());
    } catch (error) {
      if (Date.now() - begin > GOOD) settle();
      if (!signal.aborted) await recover(error as Error);
    }
  }

  async function goOn(): Promise<void> {
    member.until = Infinity;
    while (!target.position && !life.aborted) await target.snapshot();
    const { position } = target;
    if (!position) return;
    const isStreaming = hub.mayStream(member);
    const { signal } = turn;
    await transport.ticketed({ identity, signal, onSend }, async (secret) => {
      // A stream replays no more than 128 events, a feed any number.
      if (position.isOld || !isStreaming) await catchUp(position, secret);
      position.isOld = true;
      if (isStreaming) await stream(position, secret);
    });
    failures = 0;
    await rest("live", hub.settings.pollInterval ?? 5000);
  }

  async function catchUp({ token, cursor }: Position, secret: string): Promise<void> {
    const options = { cursor, secret, page_size: PAGE_SIZE } as { secret: string };
    for await (const page of client.feed({ token }, options)) await take(page.events, page.cursor);
  }

  async function stream({ token, cursor }: Position, secret: string): Promise<void> {
    member.until = Date.now() + PATIENCE;
    const { readLines } = await import("../drivers/v10-stream");
    const open = (): Promise<Response> =>
      transport.send(`Bearer ${secret}`, "/stream/1", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token, cursor }),
      });
    for await (const lines of readLines(open, turn.signal)) {
      await take(decode(lines));
      target.show("live");
    }
    // However a stream ends, it is followed by another.
    throw new Error();
  }

  function* decode(lines: readonly string[]): Generator<FaunaEvent | Status> {
    for (const line of lines) {
      const options = client.clientConfiguration as DecodeOptions;
      const event = TaggedTypeFormat.decode(line, options) as FaunaEvent | Status | Failure;
      if (event.type === "error") throw new ServiceError(event);
      yield event;
    }
  }

  /** Hands on the events, of a page those up to `cursor`; and those before one that is an error. */
  async function take(events: Iterable<FaunaEvent | Status>, cursor?: string): Promise<void> {
    const { signal } = turn;
    // What was read already of a connection that is over comes again with the next.
    signal.throwIfAborted();
    member.until = Math.min(renewAt, Date.now() + SILENCE);
    const taken: (FaunaEvent | Status)[] = [];
    try {
      for (const event of events) {
        taken.push(event);
        if (event.type !== "status") settle();
      }
      if (cursor) taken.push({ type: "status", cursor });
    } finally {
      if (taken.length) await target.take(taken, signal);
    }
  }

  /** It works: what failed before does not count any more. */
  function settle(): void {
    failures = 0;
    isLost = false;
  }

  function onSend(token: string): Response | undefined {
    renewAt = Date.now() + renewIn(token);
    if (!isRefused) return undefined;
    // What has lost its rights is refused here, as the server would: that has a newer one made.
    isRefused = false;
    return new Response(null, { status: 401 });
  }

  async function recover(error: Error): Promise<void> {
    const { code, httpStatus } = error as { code?: string; httpStatus?: number };
    const isBad = !isPassing(0, error);
    if (!target.position && isBad) return giveUp(error);
    if (code === "permission_loss") {
      if (isLost) return end(error);
      isLost = isRefused = true;
      return;
    }
    // Such as an event that the query's own map fails for: that has to be the query's error.
    const isStuck = error instanceof ServiceError && failures > 2;
    const isRejected = isBad && (httpStatus || isUnauthorizedError(error));
    if (isRejected || isStuck || code === "invalid_stream_start_time") {
      if (target.isLost?.(error)) return giveUp(error);
      target.position = undefined;
    }
    const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures++);
    await rest("reconnecting", Math.random() * most);
  }

  /** The rights to the events are gone, to the data perhaps not. */
  async function end(error: Error): Promise<void> {
    await target.snapshot().catch((failure: unknown) => (error = failure as Error));
    target.position = undefined;
    await giveUp(error);
  }

  /** Waits until it is woken: by somebody else's snapshot, or by the page's being online or shown again. */
  const giveUp = (error: Error): Promise<void> => rest("off", FOREVER, error);

  async function rest(state: FaunaLiveState, ms: number, error?: Error): Promise<void> {
    const { signal } = turn;
    if (signal.aborted) return;
    member.until = Infinity;
    target.show(state, error);
    member.isWaiting = true;
    await sleep(ms, signal);
    member.isWaiting = false;
  }

  void run();
  return wake;
}
