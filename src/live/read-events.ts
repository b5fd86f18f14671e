import {
  type DecodeOptions,
  type FeedPage,
  type QueryFailure,
  type QueryValue,
  ServiceError,
  TaggedTypeFormat,
} from "fauna";

import type { Identity } from "../auth/identity";
import { CLAIMS, decodeJwtPart } from "../auth/jwt";
import { throwIfAborted } from "../auth/signals";
import type { Connection } from "../client/connection";
import { readLines } from "../client/v10-stream";
import { dateNow } from "./clock";
import type { ReadEvent } from "./event-types";
import type { Position } from "./position";
import { joinSplitUpdate } from "./split-update";

/** Who asked for the events. */
export interface EventReader {
  /**
   * Called before each token is sent.
   *
   * @param lifetimeMs - how long a connection may use it.
   * @param hasOtherRights - whether it says something else of its user than the one before.
   * @returns whether to use it. If not, a newer one is requested.
   */
  readonly acceptToken: (lifetimeMs: number, hasOtherRights: boolean) => boolean;
  /** Called before each request is sent. If it returns an answer, nothing is sent. */
  readonly beforeSend: () => Response | undefined;
  /**
   * Called with events that came together. No more are read until the result resolves.
   *
   * @param lines - how they came; undefined if they are from a feed.
   */
  readonly onRead: (
    events: readonly ReadEvent[],
    signal: AbortSignal,
    lines?: readonly string[],
  ) => Promise<void>;
}

/** What {@link readEvents} needs. */
export interface ReadEventsOptions {
  readonly connection: Connection;
  readonly identity: Identity;
  readonly position: Position;
  /** Whether to open a stream after the feed. */
  readonly isStreaming: boolean;
  readonly reader: EventReader;
  readonly signal: AbortSignal;
}

type Line = ReadEvent | (QueryFailure & { readonly type: "error" });

/** The most that a server sends. */
const FEED_PAGE_SIZE = 16_000;

/**
 * Reads the events of a source from a position on: past ones from a feed, and new ones from a stream until the
 * server ends it or the signal aborts.
 *
 * @throws ServiceError if the server refuses, or for an event that is an error, after the events before it.
 */
export async function readEvents(options: ReadEventsOptions): Promise<void> {
  const { connection, identity, position, isStreaming, reader, signal } = options;

  function beforeSend(jwt: string): Response | undefined {
    const rights = rightsOf(jwt);
    const hasOtherRights = position.rights !== undefined && rights !== position.rights;
    // Answers in place of the server, so that the transport requests a newer token.
    if (!reader.acceptToken(Math.max(renewIn(jwt), MIN_RENEWAL_MS), hasOtherRights))
      return new Response(null, { status: 401 });
    position.rights = rights;
    return reader.beforeSend();
  }

  await connection.transport.withTicket({ identity, signal, beforeSend }, async (secret) => {
    // A stream replays at most 128 events, a feed any number.
    if (position.isBeyondReplay || !isStreaming) await readPastEvents(options, secret);
    position.isBeyondReplay = true;
    if (isStreaming) await readNewEvents(options, secret);
  });
}

/** Reads a feed to its end. */
async function readPastEvents(options: ReadEventsOptions, secret: string): Promise<void> {
  const { connection, position, signal } = options;
  const { token, cursor } = position;
  const feed = connection.getClient().feed(
    { token },
    {
      ...decodeOptions(connection, position),
      ...(cursor && { cursor }),
      secret,
      page_size: FEED_PAGE_SIZE,
      max_attempts: 1,
    },
  );
  // The driver's own iterator needs `Symbol.asyncIterator`, which React Native's engine may lack.
  for (let hasNext = true; hasNext;) {
    const page = await feed.nextPage();
    ({ hasNext } = page);
    await handOn(options, eventsOf(page));
    throwIfAborted(signal);
  }
}

/** Reads a stream until it ends. It always throws: however a stream ends, another one follows it. */
async function readNewEvents(options: ReadEventsOptions, secret: string): Promise<never> {
  const { connection, position, signal } = options;
  const { transport, options: settings } = connection;
  const { token, cursor } = position;
  const open = (): Promise<Response> =>
    transport.send(`Bearer ${secret}`, "/stream/1", {
      method: "POST",
      headers: {},
      credentials: settings.live?.streamCredentials ?? "omit",
      body: JSON.stringify({ token, cursor }),
    });
  const format = decodeOptions(connection, position);
  for await (const lines of joinSplitUpdate(readLines(open, signal)))
    await handOn(options, decode(lines, format), lines);
  throw new Error("The stream has ended.");
}

/** Hands on what can be decoded, even if an event among it is an error. */
async function handOn(
  { reader, signal }: ReadEventsOptions,
  source: Iterable<ReadEvent>,
  lines?: readonly string[],
): Promise<void> {
  const events: ReadEvent[] = [];
  try {
    for (const event of source) events.push(event);
  } finally {
    const read = lines?.slice(0, events.length);
    if (events.length) await reader.onRead(events, signal, read);
  }
}

/** Options for the events after a position. */
export function decodeOptions({ getClient }: Connection, { request }: Position): DecodeOptions {
  const { long_type } = { ...getClient().clientConfiguration, ...request } as DecodeOptions;
  return { long_type };
}

function* eventsOf({ events, cursor }: FeedPage<QueryValue>): Iterable<ReadEvent> {
  yield* events;
  yield { type: "status", cursor };
}

/** @throws ServiceError for an event that is an error. */
export function* decode(lines: readonly string[], options: DecodeOptions): Iterable<ReadEvent> {
  for (const line of lines) {
    const event = TaggedTypeFormat.decode(line, options) as Line;
    if (event.type === "error") throw new ServiceError(event);
    yield event;
  }
}

/** How long before its token expires a connection is renewed, if the token lives long enough. */
const RENEWAL_MARGIN_MS = 10_000;
/** The shortest time that a token is used. */
const MIN_RENEWAL_MS = 1000;

/**
 * Returns after how many ms a connection that is made now with `token` has to be renewed; Infinity without an
 * `exp`. The server lets a stream outlive its token and withholds the first change after that, so an error would
 * come too late.
 *
 * Clocks differ. So the rest of a token's life is never longer than its whole life. And if the token seems to have
 * expired although it has just been issued, then this device's clock is ahead.
 */
export function renewIn(token: string, now: number = dateNow()): number {
  type Times = { exp: number; iat?: number };
  const { exp, iat = exp - 60 } = Object(decodeJwtPart(token, CLAIMS)) as Times;
  // The server accepts integers only.
  if (exp % 1 !== 0) return Infinity;
  const life = (exp - iat) * 1000;
  const left = Math.min(exp * 1000 - now, life);
  const time = left > 0 ? left : life;
  return Math.max(time - RENEWAL_MARGIN_MS, time / 2);
}

/** Claims that differ from one token to the next. */
const PER_TOKEN_CLAIMS = ["exp", "iat", "nbf", "jti"];

/** Returns the claims that may decide what the user sees. */
export function rightsOf(token: string): string {
  const claims = Object.entries(decodeJwtPart(token, CLAIMS) ?? {});
  return JSON.stringify(claims.filter(([name]) => !PER_TOKEN_CLAIMS.includes(name)));
}
