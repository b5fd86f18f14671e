import type { Position, ReadEvent } from "./read-events";

/** Moves a position on to the last of the events that have been applied. */
export function advance(
  position: Pick<Position, "cursor" | "txn">,
  events: readonly ReadEvent[],
): void {
  const changes = events.filter((event) => event.type !== "status");
  const [last, lastChange] = [events.at(-1), changes.at(-1)];
  if (last) position.cursor = last.cursor;
  if (lastChange) position.txn = lastChange.txn_ts;
}
