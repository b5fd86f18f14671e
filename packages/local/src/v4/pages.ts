import { checkAge, readDocument } from "../fql/model/read";
import { SYSTEM_COLLECTIONS } from "../store";
import { compare } from "./compare";
import { mayBrowse, permissionDenied } from "./documents";
import type { Position } from "./errors";
import type { Evaluator } from "./evaluate";
import {
  isArray,
  Page,
  type PageOptions,
  Ref,
  type SetItem,
  type SetPlace,
  type SetRef,
  type SetView,
  shownOf,
  type V4Value,
} from "./values";

const LARGEST = 100_000;

/**
 * One page of a collection's references in the order of their ids. `after` is the first of the page (so a cursor is
 * the first of the next page), `before` the one that follows it. Only the page itself is read.
 */
export function pageOf(
  { collection, view }: SetRef,
  { size, after, before }: PageOptions,
  asking: Evaluator,
  position: Position,
): Page {
  if (view?.page) return view.page({ size, after, before }, position);
  if (view) return pageOfView(view, { size, after, before }, position);
  const evaluator = asking.within(collection.database);
  const coll = browsable(collection, evaluator, position);
  if (size <= 0) return emptyPage(after ?? before);
  const count = Math.min(size, LARGEST);
  if (coll === undefined) return new Page([], undefined, undefined);
  const until = cursor(before);
  if (until || isBehind(before)) return pageBefore(coll, until, before, count, evaluator);
  if (isBehind(after)) return new Page([], shownCursor(after), undefined);
  const from = cursor(after);
  const found = take(visible(coll, evaluator, from), count + 1);
  const data = found.slice(0, count);
  const next = found[count];
  return new Page(
    data,
    shownCursor(after),
    next && [next],
    data.map((ref) => [ref]),
  );
}

/** A page without anything is between where it begins and the same place. */
function emptyPage(at: V4Value | undefined): Page {
  const cursors = shownCursor(at);
  return new Page([], cursors, cursors);
}

/** A cursor that was given leads back to where the page begins, whatever is in front of that. */
function shownCursor(given: V4Value | undefined): V4Value | undefined {
  return given === undefined ? undefined : [given].flat();
}

/** A page of a set that is made of others, or of an index. */
function pageOfView(view: SetView, { size, after, before }: PageOptions, position: Position): Page {
  const all = view.elements(position);
  if (size <= 0) return emptyPage(after ?? before);
  const count = Math.min(size, LARGEST);
  const place = (of: SetPlace): number => {
    const at = all.findIndex((item) => view.order(item, of) >= 0);
    const isValue = all[0]?.values.length === 0 && !of.ref;
    return at < 0 || (isValue && isBehind(of.values)) ? all.length : at;
  };
  const until = placeOf(before);
  const from = placeOf(after);
  const end = until ? place(until) : undefined;
  const start = end === undefined ? (from ? place(from) : 0) : Math.max(end - count, 0);
  const listed = all.slice(start, end ?? start + count);
  const next = until ?? all[start + count];
  const previous = start > 0 ? all[start] : undefined;
  const ahead = next && (view.twiceInCursor && !until ? [next.ref!, next.ref!] : cursorOf(next));
  return new Page(
    listed.map(shownOf),
    until ? previous && cursorOf(previous) : shownCursor(after),
    until ? shownCursor(before) : ahead,
    listed.map(cursorOf),
    listed.map(({ sources }) => sources),
  );
}

function cursorOf({ values, ref }: SetPlace): V4Value {
  return ref ? [...values, ref] : values;
}

/** What a cursor names: values, and a document behind them. */
function placeOf(value: V4Value | undefined): SetPlace | undefined {
  if (value === undefined) return undefined;
  const parts = isArray(value) ? value : [value];
  const last = parts.at(-1);
  return last instanceof Ref ? { values: parts.slice(0, -1), ref: last } : { values: parts };
}

/** The documents of a set, in its order. */
export function itemsOf(set: SetRef, evaluator: Evaluator, position: Position): readonly SetItem[] {
  if (set.view) return set.view.elements(position);
  const { data } = pageOf(set, { size: LARGEST }, evaluator, position);
  return data.flatMap((ref) => (ref instanceof Ref ? [{ values: [], ref }] : []));
}

/** Whether a cursor that is no document is of a kind that is behind all documents. */
function isBehind(value: V4Value | undefined): boolean {
  const last = isArray(value ?? null) ? (value as readonly V4Value[]).at(-1) : value;
  return last !== undefined && compare(last, new Ref("", null)) > 0 && !(last instanceof Ref);
}

function pageBefore(
  coll: number,
  until: Ref | undefined,
  given: V4Value | undefined,
  count: number,
  evaluator: Evaluator,
): Page {
  const found = take(visibleBefore(coll, evaluator, until), count + 1);
  const first = found[count - 1];
  const data = found.slice(0, count).reverse();
  const previous = first && found.length > count ? [first] : undefined;
  const next = until ? [until] : [given ?? null].flat();
  return new Page(
    data,
    previous,
    next,
    data.map((ref) => [ref]),
  );
}

/** A cursor is a reference, or an array that ends in one; of another value there is nothing in front. */
function cursor(value: V4Value | undefined): Ref | undefined {
  const last = isArray(value ?? null) ? (value as readonly V4Value[]).at(-1) : value;
  return last instanceof Ref ? last : undefined;
}

/** Who may read collections may go through schema documents; of other documents each decides for itself. */
function browsable(collection: Ref, evaluator: Evaluator, position: Position): number | undefined {
  const coll = evaluator.references.collectionId(collection);
  const { builtin, roles } = evaluator.context.authority;
  const isSchema = collection.collection === null;
  const judged = isSchema && !builtin ? SYSTEM_COLLECTIONS.Collection : coll;
  if (judged === undefined || mayBrowse(judged, evaluator)) return coll;
  if (isSchema || (builtin && builtin !== "client")) throw permissionDenied(position);
  return roles.length ? coll : undefined;
}

function visible(coll: number, evaluator: Evaluator, from: Ref | undefined): Generator<Ref> {
  return scan(coll, evaluator, from && idOf(from, evaluator), false);
}

/** Backwards, without `until` itself. */
function visibleBefore(coll: number, evaluator: Evaluator, until: Ref | undefined): Generator<Ref> {
  return scan(coll, evaluator, until && idOf(until, evaluator) - 1n, true);
}

/** A cursor that names nothing is before everything. */
function idOf(ref: Ref, { references }: Evaluator): bigint {
  return references.toDocument(ref)?.id ?? 0n;
}

function* scan(
  coll: number,
  { references, context }: Evaluator,
  from: bigint | undefined,
  down: boolean,
): Generator<Ref> {
  if (context.atTs !== undefined) checkAge(context, coll, context.atTs);
  const start = from === undefined ? null : { values: [], id: from };
  const index = context.db.collection(coll).index("all");
  for (const { id } of index?.scan("", context.readTs, {}, down, start) ?? []) {
    context.step();
    const seen = readDocument(context, { kind: "doc", coll, id });
    if (typeof seen !== "string") yield references.toRef({ coll, id });
  }
}

function take<T>(items: Generator<T>, count: number): T[] {
  const taken: T[] = [];
  for (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}
