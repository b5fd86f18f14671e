import { type DecodeOptions, type QueryFailure, ServiceError, TaggedTypeFormat } from "fauna";

import type { Identity } from "../auth/identity";
import type { Connection } from "../drivers/connection";
import type { Driver } from "../drivers/driver";
import { retryPolicy } from "../query/retry";
import type { FaunaEvent } from "./fauna-event";
import { hubOf, type Member } from "./hub";
import type { FaunaLiveState } from "./fauna-live-state";
import { renewIn } from "./renew-in";

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

/** Who the events are for. */
export interface Target {
  /** Where to go on; undefined as long as there is no snapshot. Moves on when events are applied. */
  position: Position | undefined;
  /** Makes a position. */
  readonly snapshot: () => Promise<unknown>;
  /** Takes the next event; what is returned is waited for. */
  readonly take: (event: FaunaEvent | Status) => Promise<void> | undefined;
  /**
   * Forgets what was taken and is not applied: it will come again.
   *
   * @param isOver - whether nothing may be applied any more: the identity has ended.
   */
  readonly rewind: (isOver?: boolean) => void;
  /** Told why the server does not take the position any more. Returns whether no other can be made. */
  readonly isLost?: (error: Error) => boolean;
  /** @param error - why it is given up. */
  readonly show: (state: FaunaLiveState, error?: Error) => void;
}

type Line = FaunaEvent | Status | (QueryFailure & { readonly type: "error" });

interface FeedPage {
  readonly events: readonly Line[];
  readonly cursor: string;
  readonly has_next: boolean;
}

/** How long in ms a request may take. */
const PATIENCE = 30_000;
/** How long in ms a stream may be silent: longer than the server's interval between two status events, 5 minutes. */
const SILENCE = 330_000;
/** A connection that lived for so many ms was a good one. */
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
  const { authorize, endpoint, session, client, drivers } = connection;
  const isPassing = retryPolicy(drivers[0] as Driver, 1) as (
    count: number,
    error: Error,
  ) => boolean;
  const hub = hubOf(connection);
  const life = session.begin(identity, outer);
  let turn = new AbortController();
  let failures = 0;
  let renewAt = 0;
  let openedAt = Infinity;
  let isAsking = false;
  /** Whether the rights were lost, and nothing has come since. */
  let isLost = false;
  /** Whether the next token has to be a newer one. */
  let isRefused = false;

  const wake = (): void => {
    turn.abort();
    target.rewind(life.aborted);
  };
  const member: Member = { until: Infinity, isWaiting: false, isStreaming: false, wake };

  async function run(): Promise<void> {
    // StrictMode lets go and takes hold again in one go.
    await Promise.resolve();
    const leave = hub.join(member);
    life.addEventListener("abort", wake);
    while (!life.aborted) await attempt();
    leave();
    target.show("off");
  }

  /** Goes on until the next failure, or until it is woken. */
  async function attempt(): Promise<void> {
    turn = new AbortController();
    const { signal } = turn;
    try {
      await (hub.isPaused() ? rest("paused", FOREVER) : goOn());
    } catch (error) {
      if (!signal.aborted) await recover(error as Error);
    }
  }

  async function goOn(): Promise<void> {
    target.rewind();
    member.until = Infinity;
    isAsking = true;
    while (!target.position && !life.aborted) await target.snapshot();
    isAsking = false;
    const { position } = target;
    if (!position) return;
    const isStreaming = hub.mayStream(member);
    // A stream replays no more than 128 events, a feed any number.
    const cursor = position.isOld || !isStreaming ? await catchUp(position) : position.cursor;
    position.isOld = true;
    if (isStreaming) return stream(position, cursor);
    failures = 0;
    await rest("live", hub.settings.pollInterval ?? 5000);
  }

  async function catchUp({ token, cursor }: Position): Promise<string> {
    for (;;) {
      const answer = await post("/feed/1", { token, cursor, page_size: PAGE_SIZE });
      const page = decode<FeedPage>(await answer.text());
      for (const event of page.events) await take(event);
      ({ cursor } = page);
      await take({ type: "status", cursor });
      if (!page.has_next) return cursor;
    }
  }

  async function stream({ token }: Position, cursor: string | undefined): Promise<void> {
    const { body } = await post("/stream/1", { token, cursor });
    openedAt = Date.now();
    const { readLines } = await import("../drivers/v10-stream");
    for await (const line of readLines(body as ReadableStream<Uint8Array>, turn.signal)) {
      member.until = Math.min(renewAt, Date.now() + SILENCE);
      await take(decode<Line>(line));
      target.show("live");
    }
    // However a stream ends, it is followed by another.
    throw new Error();
  }

  function take(event: Line): Promise<void> | undefined {
    // What was read already of a connection that is over comes again with the next.
    turn.signal.throwIfAborted();
    if (event.type === "error") throw new ServiceError(event);
    if (event.type !== "status") settle();
    return target.take(event);
  }

  /** It works: what failed before does not count any more. */
  function settle(): void {
    failures = 0;
    isLost = false;
  }

  function decode<T>(text: string): T {
    return TaggedTypeFormat.decode(text, client.clientConfiguration as DecodeOptions) as T;
  }

  async function post(path: string, body: object): Promise<Response> {
    const signal = session.begin(identity, AbortSignal.any([life, turn.signal]));
    member.until = Date.now() + PATIENCE;
    const response = await authorize(signal, async (token) => {
      // What has lost its rights is refused here, as the server would: that has a newer one made.
      if (isRefused) {
        isRefused = false;
        return new Response(null, { status: 401 });
      }
      renewAt = Date.now() + renewIn(token);
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

  async function recover(error: Error): Promise<void> {
    const { code, httpStatus } = error as { code?: string; httpStatus?: number };
    if (isAsking && !isPassing(0, error)) return giveUp(error);
    if (Date.now() - openedAt > GOOD) settle();
    openedAt = Infinity;
    if (code === "permission_loss") {
      if (isLost) return end(error);
      isLost = isRefused = true;
      return;
    }
    // Such as an event that the query's own map fails for: that has to be the query's error.
    const isStuck = error instanceof ServiceError && !httpStatus && failures > 2;
    const isBad = httpStatus && !isPassing(0, error);
    const isBehind = isBad || isStuck || code === "invalid_stream_start_time";
    if (isBehind) {
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
    await new Promise<unknown>((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.onabort = () => {
        clearTimeout(timer);
        resolve(null);
      };
    });
    member.isWaiting = false;
  }

  void run();
  return wake;
}
