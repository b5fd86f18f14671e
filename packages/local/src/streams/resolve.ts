import type { Context } from "../fql/model/context";
import { mayRead, mayReadSome } from "../fql/model/permissions";
import { SingleSource } from "../fql/sets/collected";
import { baseOf, NO_SINGLE, NOT_ON_THE_SET } from "../fql/stdlib/event-sources";
import { activeDocument, SYSTEM_COLLECTIONS } from "../store";
import type { EventSourceValue } from "../fql/values/value";
import { streamedSet } from "./source";

/** An event source that no longer stands for anything. */
export class EventSourceError extends Error {
  override readonly name = "EventSourceError";
}

/**
 * The collection that an event source is about now. The server reads its set anew by the name of the collection, so a collection
 * that was deleted is an error, and one made again under the same name is another one to look at.
 */
export function resolveSource(cx: Context, source: EventSourceValue): number {
  const made = streamedSet(source);
  if (!made) throw new EventSourceError("Only collections and their indexes can be streamed.");
  const name = nameThen(cx, made.coll, source.startTs);
  const current = activeDocument(cx.db, "Collection", name);
  if (!current) throw new EventSourceError(`Unbound variable \`${name}\``);
  const coll = Number(current.id);
  checkRights(cx, source, coll, name);
  if (source.onFields && baseOf(source.set.source) !== source.set.source)
    throw new EventSourceError(NOT_ON_THE_SET);
  return coll;
}

/** A collection or an index needs any right to read from it, a single document the right to read it now. */
function checkRights(cx: Context, { set }: EventSourceValue, coll: number, name: string): void {
  const base = baseOf(set.source);
  const element = base instanceof SingleSource ? base.element : null;
  if (typeof element === "object" && element?.kind === "doc") {
    if (mayRead(cx, element)) return;
    throw new EventSourceError(NO_SINGLE);
  }
  if (!mayReadSome(cx, coll))
    throw new EventSourceError(`Insufficient privileges to read from collection ${name}.`);
}

function nameThen(cx: Context, coll: number, ts: number): string {
  const definition = cx.db.collection(SYSTEM_COLLECTIONS.Collection).at(BigInt(coll), ts);
  const name = definition?.data.get("name");
  return typeof name === "string" ? name : String(coll);
}
