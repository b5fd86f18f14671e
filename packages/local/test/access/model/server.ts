import { CheckError } from "../../../src/fql/errors";
import { evaluateQuery } from "./evaluate";
import {
  cursorOf,
  cursorText,
  eventOf,
  LAST,
  numbered,
  since,
  type Cursor,
  type Numbered,
} from "./events";
import type { Refusal } from "./jwt";
import { sessionOf, type Session } from "./session";
import { NOT_ON_THE_SET, refusal } from "./sources";
import { Failure, type EventSource } from "./values";
import { encode, timeText } from "./wire";
import type { World } from "./world";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const failed = (code: string, message: string, details: object = {}): Answer => ({
  status: 400,
  body: { error: { code, message, ...details } },
});

function refused(found: Refusal, message: string): Answer {
  return found.status === 401
    ? { status: 401, body: { error: { code: "unauthorized", message } } }
    : found;
}

export function query(root: World, header: string | undefined, text: string): Answer {
  const session = sessionOf(root, header);
  if ("status" in session) return refused(session, "Access token required");
  const { world, caller } = session;
  try {
    return world.transact(() => {
      const cx = { world, caller };
      const data = encode(cx, evaluateQuery(cx, text));
      return { status: 200, body: { data, txn_ts: world.now } };
    });
  } catch (error) {
    if (error instanceof Failure) return failed(error.code, error.message, error.details);
    if (error instanceof CheckError) return failed("invalid_query", error.message);
    throw error;
  }
}

export interface EventRequest {
  readonly token: string;
  readonly cursor?: string;
  readonly start_ts?: number;
  readonly page_size?: number;
}

interface Following {
  readonly session: Session;
  readonly source: EventSource;
  readonly from: Cursor;
}

/** What a feed or a stream is of, and since when; or why there is none. */
function follow(
  root: World,
  header: string | undefined,
  request: EventRequest,
  kind: "feed" | "stream",
): Following | Answer {
  const { cursor, start_ts: startTs } = request;
  const source = [root, ...root.children.values()]
    .map((world) => world.sources.get(request.token))
    .find(Boolean);
  const at = cursor === undefined ? null : cursorOf(cursor);
  const what = !source ? "source" : cursor !== undefined && !at ? "cursor" : null;
  if (!source || what)
    return failed(
      "invalid_request",
      `Invalid request body: invalid event ${what} provided${kind === "feed" ? "." : ""}`,
    );
  const session = sessionOf(root, header);
  if ("status" in session) return refused(session, "Invalid token, unable to authenticate request");
  if (kind === "stream" && startTs !== undefined && startTs < source.ts)
    return failed(
      "invalid_request",
      "Invalid stream start time: Stream start time can not be before the stream create time.",
    );
  const { coll } = source.followed;
  const moved = source.onFields && source.followed.steps.length ? NOT_ON_THE_SET : undefined;
  const why = session.world.read("Collection", coll)
    ? (refusal(session, source.followed)?.message ?? moved)
    : `Unbound variable \`${coll}\``;
  const given = kind === "feed" ? "event source" : "stream";
  if (why !== undefined)
    return failed("invalid_request", `Error evaluating provided ${given}, ${why}`);
  return { session, source, from: at ?? { ts: startTs ?? source.ts, ordinal: LAST } };
}

const MINUTES_KEPT = 15;

/** The error that asks for a time before what a collection keeps of its past. */
function tooOld({ session: { world }, source, from }: Following): object | null {
  const days = Number(world.system("Collection", source.followed.coll, "history_days") ?? 0);
  if (from.ts >= world.now - Math.max(days * 864e8, MINUTES_KEPT * 6e7)) return null;
  const time = timeText(from.ts);
  const message = `Stream start time ${time} is too far in the past. Recreate the stream and try again.`;
  return { type: "error", error: { code: "invalid_stream_start_time", message } };
}

/** A page of events. It ends with an error, and goes on behind it. */
export function feed(root: World, header: string | undefined, request: EventRequest): Answer {
  const following = follow(root, header, request, "feed");
  if ("status" in following) return following;
  const { session, source, from } = following;
  const old = tooOld(following);
  if (old)
    return { status: 200, body: { events: [old], cursor: cursorText(from), has_next: false } };
  const changes = since(session.world, source.followed, from);
  const events: object[] = [];
  let taken = 0;
  while (
    taken < changes.length &&
    events.length < (request.page_size ?? 16) &&
    !isError(events.at(-1))
  ) {
    const event = eventOf(session, source, changes[taken++]!);
    if (event) events.push(event);
  }
  const hasNext = taken < changes.length;
  const cursor = hasNext ? changes[taken - 1]!.cursor : { ts: root.now, ordinal: LAST };
  return { status: 200, body: { events, cursor: cursorText(cursor), has_next: hasNext } };
}

function isError(event: object | undefined): boolean {
  return event !== undefined && "error" in event;
}

export interface Stream {
  readonly events: object[];
  isOpen: boolean;
}

/**
 * The events since the cursor, then those of each commit. When its rights have ended the first change is swallowed, and the
 * second one ends the stream.
 */
export function stream(
  root: World,
  header: string | undefined,
  request: EventRequest,
): Stream | Answer {
  const following = follow(root, header, request, "stream");
  if ("status" in following) return following;
  const { session, source, from } = following;
  const old = tooOld(following);
  const opened: Stream = {
    events: [{ type: "status", txn_ts: from.ts, cursor: cursorText(from) }],
    isOpen: true,
  };
  const tell = (changes: readonly Numbered[]): void => {
    for (const change of changes) {
      const event = eventOf(session, source, change);
      if (event && opened.isOpen) opened.events.push(event);
      if (isError(event ?? undefined)) opened.isOpen = false;
    }
  };
  if (old) opened.events.push(old);
  else tell(since(session.world, source.followed, from));
  let swallowed = false;
  session.world.onCommit((commit) => {
    const changes = numbered(session.world, source.followed, commit, "live");
    if (!changes.length || !opened.isOpen) return;
    if (session.isValid()) tell(changes);
    else if (!swallowed) swallowed = true;
    else {
      const error = {
        code: "permission_loss",
        message: "Stream authentication is no longer valid.",
      };
      opened.events.push({ type: "error", error });
      opened.isOpen = false;
    }
  });
  return opened;
}
