import type { Commit } from "../store";
import type { EventCursor } from "./cursor";
import { changesAfter, isTooOld, tooOld } from "./feed";
import type { Queue } from "./queue";
import type { EventReader } from "./reader";
import { errorEvent, line, statusEvent, type WireEvent } from "./wire-events";

/** So many events are replayed at most. */
const REPLAY_LIMIT = 128;
/** Without changes the rights of an open stream are looked at this often. */
const IDLE_CHECK_MS = 60_000;

/** What an open stream deals with: a commit, the time to look at its rights, or a `status` that it is to send. */
export type Arrival = Commit | "idle" | { readonly status: EventCursor };

/**
 * The events of a stream, one line each: `status`, what happened since the cursor, then what happens. It ends with an
 * error event, or when the queue ends.
 */
export async function* streamEvents(
  reader: EventReader,
  from: EventCursor,
  arriving: Queue<Arrival>,
): AsyncGenerator<string> {
  const { database } = reader.session;
  // Listening begins before the replay is read, in one go with it: nothing falls in between.
  const stopListening = database.onCommit((commit) => arriving.push(commit));
  const idle = setInterval(() => arriving.push("idle"), IDLE_CHECK_MS);
  idle.unref();
  try {
    const replayed = replay(reader, from, database.lastTs);
    for (const event of replayed) yield line(event);
    if (replayed.at(-1)?.type !== "error") yield* follow(reader, arriving);
  } finally {
    clearInterval(idle);
    stopListening();
  }
}

function replay(reader: EventReader, from: EventCursor, now: number): WireEvent[] {
  const status = statusEvent(from);
  if (isTooOld(reader.session.database, reader.coll, from.ts, now))
    return [status, tooOld(from.ts)];
  const changes = changesAfter(reader, from);
  const { events } = reader.read(changes.slice(0, REPLAY_LIMIT));
  const overflow = changes.length >= REPLAY_LIMIT && events.at(-1)?.type !== "error";
  return overflow ? [status, ...events, volumeExceeded()] : [status, ...events];
}

function volumeExceeded(): WireEvent {
  const message = "Too many events to replay. Recreate the stream and try again.";
  return errorEvent("stream_replay_volume_exceeded", message);
}

/**
 * Events as they happen. Like on the server the first change after the user's rights have ended is swallowed, and
 * only the second one ends the stream.
 */
async function* follow(reader: EventReader, arriving: Queue<Arrival>): AsyncGenerator<string> {
  let lost = false;
  for await (const commit of arriving) {
    if (typeof commit === "object" && "status" in commit) {
      yield line(statusEvent(commit.status));
      continue;
    }
    const changes = commit === "idle" ? [] : reader.within(commit);
    if (commit !== "idle" && changes.length === 0) continue;
    if (!reader.session.isValid()) {
      if (lost) yield line(permissionLoss());
      if (lost) return;
      lost = true;
      continue;
    }
    const { events } = reader.read(changes);
    for (const event of events) yield line(event);
    if (events.at(-1)?.type === "error") return;
  }
}

function permissionLoss(): WireEvent {
  return errorEvent("permission_loss", "Stream authentication is no longer valid.");
}
