import { onlineManager } from "@tanstack/react-query";
import { ServiceError } from "fauna";

import type { Identity } from "../auth/identity";
import { retryPolicy } from "../cache/retry";
import type { Connection } from "../client/connection";
import type { Driver } from "../client/driver";
import { isUnauthorizedError } from "../errors";
import type { FaunaEvent } from "./fauna-event";
import type { FaunaLiveState } from "./fauna-live-state";
import type { Judge, Position, Status, Take } from "./read-events";
import { schedulerOf, type TickListener } from "./scheduler";
import { sleep } from "./sleep";

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
  /** Told that the user may see other data than before. */
  readonly refresh?: () => void;
  /** Told why the server does not take the position any more. Another has to be made. */
  readonly lost?: (error: Error) => void;
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
/** A few days in ms: as long as nobody wakes it. */
const DAYS = 1e9;

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
  const { identityStore, drivers } = connection;
  const isPassing = retryPolicy(drivers[0] as Driver, 1) as (
    count: number,
    error: Error,
  ) => boolean;
  const hub = schedulerOf(connection);
  const life = identityStore.requestSignal(identity, outer);
  let turn = new AbortController();
  let failures = 0;
  let renewAt = 0;
  /** When, in ms, to begin anew. */
  let until = Infinity;
  /** Whether nothing is open: it waits until it tries again, or polls again. */
  let isWaiting = false;
  /** The rights were lost, and nothing has come since: 1, and once a newer token has been made 2. */
  let losses = 0;
  /** Whether its rights are perhaps others. */
  let isOther = false;

  const wake = (): void => turn.abort();
  const look: TickListener = (now, isShown) => {
    if (now >= until || (isShown && isWaiting)) wake();
  };

  async function run(): Promise<void> {
    // StrictMode lets go and takes hold again in one go.
    await Promise.resolve();
    // So that it is there when the data are.
    import("./read-events").catch(() => {});
    const leave = hub.join(look);
    life.onabort = wake;
    while (!life.aborted) await attempt();
    leave();
    target.show("off");
  }

  /** Goes on until the next failure, or until it is woken. */
  function attempt(): Promise<void> {
    turn = new AbortController();
    const { signal } = turn;
    const begin = Date.now();
    return (hub.isPaused() ? rest("paused") : goOn(signal)).catch((error: unknown) => {
      if (Date.now() - begin > GOOD) settle();
      return signal.aborted ? undefined : recover(error as Error);
    });
  }

  async function goOn(signal: AbortSignal): Promise<void> {
    until = Infinity;
    while (!target.position) {
      if (life.aborted) return;
      await target.snapshot();
    }
    until = Date.now() + PATIENCE;
    const isStreaming = hub.mayStream(look);
    const { readSource } = await import("./read-events");
    await readSource(connection, identity, target.position, isStreaming, signal, judge, take);
    failures = 0;
    await rest("live", undefined, hub.pollInterval);
  }

  const take: Take = async (events, signal, isPast) => {
    // After a token's end the server swallows changes, and tells of those behind them.
    if (!isPast && Date.now() >= renewAt) wake();
    // What was read already of a connection that is over comes again with the next.
    signal.throwIfAborted();
    until = Math.min(renewAt, Date.now() + (isPast ? PATIENCE : SILENCE));
    if (events.some(({ type }) => type !== "status")) settle();
    await target.take(events, signal);
    if (isOther) target.refresh?.();
    isOther = false;
    if (!isPast) target.show("live");
  };

  /** It works: what failed before does not count any more. */
  function settle(): void {
    failures = losses = 0;
  }

  const judge: Judge = (life, hasOtherRights) => {
    renewAt = Date.now() + life;
    isOther ||= hasOtherRights;
    if (losses !== 1) return true;
    losses = 2;
    return false;
  };

  async function recover(error: Error): Promise<void> {
    const { code, httpStatus } = error as { code?: string; httpStatus?: number };
    const isBad = !isPassing(0, error);
    if (!target.position && isBad) return rest("off", error);
    if (code === "permission_loss") {
      if (!losses) {
        losses = 1;
        // It is not for its token's end.
        isOther ||= Date.now() < renewAt;
        return;
      }
      // The rights to the events are gone, to the data perhaps not.
      await target.snapshot().catch((failure: unknown) => (error = failure as Error));
      target.position = undefined;
      return rest("off", error);
    }
    // Such as an event that the query's own map fails for: that has to be the query's error.
    const isStuck = error instanceof ServiceError && !httpStatus && failures > 2;
    const isRejected = isBad && (httpStatus || isUnauthorizedError(error));
    if (isRejected || isStuck || code === "invalid_stream_start_time") {
      target.lost?.(error);
      target.position = undefined;
    }
    const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures++);
    // The device says when it is online again.
    await rest("reconnecting", undefined, onlineManager.isOnline() ? Math.random() * most : DAYS);
  }

  /** Waits so long, or until it is woken: by somebody else's snapshot, or by the page's being online or shown again. */
  async function rest(state: FaunaLiveState, error?: Error, ms = DAYS): Promise<void> {
    const { signal } = turn;
    if (signal.aborted) return;
    until = Infinity;
    target.show(state, error);
    isWaiting = true;
    await sleep(ms, signal);
    isWaiting = false;
  }

  void run();
  return wake;
}
