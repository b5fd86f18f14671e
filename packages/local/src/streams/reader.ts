import type { Session } from "../access/session";
import type { EventSourceValue } from "../fql/values/value";
import { withLargeStack } from "../large-stack/with-large-stack";
import type { Commit } from "../store";
import type { NumberedChange } from "./changes";
import {
  readChanges,
  readEvents,
  readSource,
  type EventsRead,
  type Follow,
  type Follower,
} from "./readings";
import { EventSourceError } from "./resolve";

/** Reads events of one source as one user sees them. */
export class EventReader {
  readonly #follow: Follow;

  /** Throws `EventSourceError` when the source stands for nothing, or nothing that the user may read. */
  constructor(
    readonly session: Session,
    source: EventSourceValue,
  ) {
    const follower: Follower = { caller: session.caller, source };
    const read = withLargeStack(session.database, "source", follower, readSource);
    if ("refusal" in read) throw new EventSourceError(read.refusal);
    this.#follow = { ...follower, ...read };
  }

  /** The collection that the source is about. */
  get coll(): number {
    return this.#follow.coll;
  }

  /** The changes of the source's set since a time (that transaction included), seen or not. */
  since(ts: number): readonly NumberedChange[] {
    const request = { follow: this.#follow, since: ts };
    return withLargeStack(this.session.database, "changes", request, readChanges);
  }

  /** The changes of the source's set in a transaction that was just committed. */
  within({ ts, changes }: Commit): readonly NumberedChange[] {
    const own = changes.filter((change) => change.coll === this.coll);
    const request = { follow: this.#follow, commit: { ts, changes: own } };
    return withLargeStack(this.session.database, "changes", request, readChanges);
  }

  /** The events that the user sees of changes, up to and including the first error, and `most` at most. */
  read(changes: readonly NumberedChange[], most: number = Infinity): EventsRead {
    const request = { follow: this.#follow, changes, most };
    return withLargeStack(this.session.database, "events", request, readEvents);
  }
}
