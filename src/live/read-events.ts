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
import type { Connection } from "../client/connection";
import { readLines } from "../client/v10-stream";
import type { FaunaEvent } from "./fauna-event";

/** A place among the events of a source. */
export interface Position {
  readonly token: string;
  /** The driver's options with which the snapshot was asked for: its `long_type` is that of the events too. */
  readonly request?: object | undefined;
  /** After the last event that was applied; missing while that is none. */
  cursor?: string;
  /** What its last token said of its user. */
  rights?: string;
  /** Whether more may have happened since than a stream replays. */
  isOld?: boolean;
}

/** A place that the server tells without an event. */
export interface Status {
  readonly type: "status";
  readonly cursor: string;
}

/**
 * Takes events that come together. Until it resolves no more are read.
 *
 * @param isPast - whether they are out of a feed: more may have happened since.
 */
export type Take = (
  events: readonly (FaunaEvent | Status)[],
  signal: AbortSignal,
  isPast?: boolean,
) => Promise<void>;

/**
 * Told of each token.
 *
 * @param life - for how many ms it will do.
 * @param hasOtherRights - whether it says something else of its user than the one before.
 * @returns whether to use it; otherwise a newer one is made.
 */
export type Judge = (life: number, hasOtherRights: boolean) => boolean;

type Source = Iterable<FaunaEvent | Status>;
type Line = FaunaEvent | Status | (QueryFailure & { readonly type: "error" });

const PAGE_SIZE = 1000;

/**
 * Reads the events of a source from a position on: up to now out of a feed, or as they come out of a stream, until the
 * server ends it or the signal aborts. Loaded on demand: nobody needs it before the data are there.
 *
 * @throws ServiceError for an answer that is none, and after the events before it for an event that is an error.
 */
export async function readSource(
  { transport, client }: Connection,
  identity: Identity,
  position: Position,
  isStreaming: boolean,
  signal: AbortSignal,
  judge: Judge,
  take: Take,
): Promise<void> {
  const { token, request } = position;
  const { long_type } = { ...client.clientConfiguration, ...request } as DecodeOptions;

  async function handOn(source: Source, isPast?: boolean): Promise<void> {
    const events: (FaunaEvent | Status)[] = [];
    try {
      for (const event of source) events.push(event);
    } finally {
      if (events.length) await take(events, signal, isPast);
    }
  }

  function onSend(jwt: string): Response | undefined {
    const { rights } = position;
    position.rights = rightsOf(jwt);
    const isGood = judge(renewIn(jwt), rights !== undefined && rights !== position.rights);
    // Refused here, as the server would: that has a newer one made.
    return isGood ? undefined : new Response(null, { status: 401 });
  }

  await transport.withTicket({ identity, signal, onSend }, async (secret) => {
    const { cursor } = position;
    // A stream replays no more than 128 events, a feed any number.
    if (position.isOld || !isStreaming) {
      const options = { ...(cursor && { cursor }), long_type, secret, page_size: PAGE_SIZE };
      for await (const page of client.feed({ token }, options)) await handOn(eventsOf(page), true);
    }
    position.isOld = true;
    if (!isStreaming) return;
    const open = (): Promise<Response> =>
      transport.send(`Bearer ${secret}`, "/stream/1", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token, cursor: position.cursor }),
      });
    for await (const lines of readLines(open, signal)) await handOn(decode(lines, { long_type }));
    // However a stream ends, it is followed by another.
    throw new Error("The stream has ended.");
  });
}

function* eventsOf({ events, cursor }: FeedPage<QueryValue>): Source {
  yield* events;
  yield { type: "status", cursor };
}

function* decode(lines: readonly string[], options: DecodeOptions): Source {
  for (const line of lines) {
    const event = TaggedTypeFormat.decode(line, options) as Line;
    if (event.type === "error") throw new ServiceError(event);
    yield event;
  }
}

/** How long in ms before its token's end a connection is renewed, where the token lives long enough. */
const RENEWAL_MARGIN_MS = 10_000;

/**
 * After how many ms a connection that is made now with `token` has to be renewed. The server lets a stream outlive its token
 * and swallows the first change afterwards, so it is too late to wait for an error. Infinity without an `exp`.
 *
 * Clocks differ: what is left is never taken for longer than the token's whole life, and a token that seems to be over has
 * just been accepted, so that it is this clock that is ahead.
 */
export function renewIn(token: string, now: number = Date.now()): number {
  type Times = { exp: number; iat?: number };
  const { exp, iat = exp - 60 } = Object(decodeJwtPart(token, CLAIMS)) as Times;
  // As for the server only an integer counts.
  if (exp % 1 !== 0) return Infinity;
  const life = (exp - iat) * 1000;
  const left = Math.min(exp * 1000 - now, life);
  const time = left > 0 ? left : life;
  return Math.max(time - RENEWAL_MARGIN_MS, time / 2);
}

/** These differ from one token to the next. */
const PER_TOKEN_CLAIMS = new Set(["exp", "iat", "nbf", "jti"]);

/** What of a token may decide what its user sees: its other claims. */
export function rightsOf(token: string): string {
  const claims = Object.entries(decodeJwtPart(token, CLAIMS) ?? {});
  return JSON.stringify(claims.filter(([name]) => !PER_TOKEN_CLAIMS.has(name)));
}
