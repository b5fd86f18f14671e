import type { Cx } from "./context";
import { apply } from "./evaluate";
import { fieldOf, look } from "./documents";
import { mayRead } from "./rights";
import { entryOf, indexOf } from "./sets";
import {
  compare,
  Doc,
  Failure,
  sameValue,
  type EventSource,
  type Followed,
  type Value,
  type Version,
} from "./values";
import { encode } from "./wire";
import type { Change, Commit, World } from "./world";

export interface Cursor {
  readonly ts: number;
  readonly ordinal: number;
}

export const LAST = 1e9;

/** A change of what is followed, at its place. */
export interface Numbered {
  readonly change: Change;
  readonly cursor: Cursor;
}

interface Entry {
  readonly change: Change;
  readonly added: boolean;
  readonly values: readonly Value[];
}

/** What a change takes out of what is followed, and puts in. A whole collection lists documents by their last change. */
function entriesOf(world: World, followed: Followed, change: Change): Entry[] {
  const { coll, index, single } = followed;
  if (change.coll !== coll || (single !== undefined && single !== change.id)) return [];
  const definition = index && indexOf({ world, caller: null as never }, coll, index.name)!;
  const listed = (version: Version | null): readonly Value[] | null => {
    if (!version || !index) return version && [version.ts];
    const values = entryOf(definition!, index.terms, version.fields);
    return values && [...values, version.fields.get("ttl") ?? null];
  };
  const [was, is] = [listed(change.before), listed(change.after)];
  if (was && is && sameValue(was, is)) return [];
  return [
    ...(was ? [{ change, added: false, values: was }] : []),
    ...(is ? [{ change, added: true, values: is }] : []),
  ];
}

/** In the history removals come first; as it happens, all is in the order of the set. */
const ORDER = {
  history: (a: Entry, b: Entry) => Number(a.added) - Number(b.added) || byId(a, b),
  live: (a: Entry, b: Entry) => byValues(a, b) || byId(a, b) || Number(a.added) - Number(b.added),
};

const byId = (a: Entry, b: Entry): number => Number(BigInt(a.change.id) - BigInt(b.change.id));
const byValues = (a: Entry, b: Entry): number =>
  a.values
    .map((value, i) => compare(value, b.values[i] ?? null))
    .find((difference) => difference) ?? 0;

/** The changes of one commit: a document is where its first entry is, and every entry counts. */
export function numbered(
  world: World,
  followed: Followed,
  commit: Commit,
  order: keyof typeof ORDER,
): Numbered[] {
  const entries = commit.changes
    .flatMap((change) => entriesOf(world, followed, change))
    .sort(ORDER[order]);
  return entries.flatMap((entry, i) => {
    const isFirst = entries.findIndex(({ change }) => change.id === entry.change.id) === i;
    const { before, after } = entryAction(entries, entry.change);
    const change = { ...entry.change, before, after };
    return isFirst ? [{ change, cursor: { ts: commit.ts, ordinal: i + 1 } }] : [];
  });
}

/** What a change is to what is followed: a document that enters an index is new there. */
function entryAction(entries: readonly Entry[], change: Change): Pick<Change, "before" | "after"> {
  const of = (added: boolean): boolean =>
    entries.some((entry) => entry.change.id === change.id && entry.added === added);
  return { before: of(false) ? change.before : null, after: of(true) ? change.after : null };
}

export function since(world: World, followed: Followed, { ts, ordinal }: Cursor): Numbered[] {
  return world.commits
    .filter((commit) => commit.ts >= ts)
    .flatMap((commit) => numbered(world, followed, commit, "history"))
    .filter(({ cursor }) => cursor.ts > ts || cursor.ordinal > ordinal);
}

/**
 * Whether there is anything to tell: what a document has become is judged by what it says now, what it was by what it said
 * then.
 */
function concerns(cx: Cx, source: EventSource, { change, cursor }: Numbered): boolean {
  const doc = new Doc(change.coll, change.id);
  const then = { ...cx, asOf: cursor.ts - 1 };
  const was = change.before !== null && mayRead(then, doc);
  const is = change.after !== null && mayRead(cx, doc);
  if (!was && !is) return false;
  const field = (at: Cx, path: readonly string[]): Value => watchedField(at, doc, path);
  if (!source.watched.length) return true;
  if (!change.after) return source.watched.every((path) => field(then, path) !== null);
  const now = { ...cx, asOf: cursor.ts };
  return source.watched.some((path) => !sameValue(field(now, path), field(then, path)));
}

/** A field that is not to be seen, or whose computation fails, is none. */
function watchedField(cx: Cx, doc: Doc, path: readonly string[]): Value {
  try {
    if (typeof look(cx, doc) === "string") return null;
    return path.reduce<Value>(
      (value, name) => (value === null ? null : fieldOf(cx, value, name)),
      doc,
    );
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** What the source shows of a document at a time; nothing where a right or a filter is missing. */
function shown(cx: Cx, { followed }: EventSource, change: Change): { value: Value } | null {
  const doc = new Doc(change.coll, change.id);
  if (typeof look(cx, doc) === "string") return null;
  let value: Value = doc;
  for (const { kind, by } of followed.steps) {
    const said = apply(cx, by, [value]);
    if (kind === "map") value = said;
    else if (said !== true) return null;
  }
  return { value };
}

/** An event as it is sent, or null where the reader has none. */
export function eventOf(reader: Cx, source: EventSource, at: Numbered): object | null {
  const cx: Cx = { ...reader, readsOnly: true };
  const { change, cursor } = at;
  try {
    if (!concerns(cx, source, at)) return null;
    const [before, after] = [
      { ...cx, asOf: cursor.ts - 1 },
      { ...cx, asOf: cursor.ts },
    ];
    const is = change.after && shown(after, source, change);
    const was = change.before && shown(before, source, change);
    if (!is && !was) return null;
    const data = is ? encode(after, is.value) : encode(before, was!.value);
    return {
      type: !was ? "add" : is ? "update" : "remove",
      data,
      txn_ts: cursor.ts,
      cursor: cursorText(cursor),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { type: "error", error: { code: error.code, message: error.message, ...error.details } };
  }
}

export function cursorText({ ts, ordinal }: Cursor): string {
  return `event${ts}.${ordinal}`;
}

export function cursorOf(text: string): Cursor | null {
  const [, ts, ordinal] = /^event(\d+)\.(\d+)$/.exec(text) ?? [];
  return ts === undefined ? null : { ts: Number(ts), ordinal: Number(ordinal) };
}
