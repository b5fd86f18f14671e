import { readDocument } from "../fql/model/read";
import { mayBrowse, permissionDenied } from "./documents";
import { invalidArgument, type Position } from "./errors";
import type { Evaluator } from "./evaluate";
import {
  isArray,
  Page,
  Ref,
  type SetItem,
  type SetPlace,
  type SetRef,
  type SetView,
  shownOf,
  type V4Value,
} from "./values";

export interface PageOptions {
  size: number;
  after?: V4Value | undefined;
  before?: V4Value | undefined;
}

const LARGEST = 100_000;

/**
 * One page of a collection's references in the order of their ids. `after` is the first of the page (so a cursor is
 * the first of the next page), `before` the one that follows it. Only the page itself is read.
 */
export function pageOf(
  { collection, view }: SetRef,
  { size, after, before }: PageOptions,
  evaluator: Evaluator,
  position: Position,
): Page {
  if (view) return pageOfView(view, { size, after, before }, position);
  const coll = browsable(collection, evaluator, position);
  const count = Math.min(Math.max(size, 0), LARGEST);
  if (count === 0 || coll === undefined) return new Page([], undefined, undefined);
  const until = cursor(before, position);
  if (until) return pageBefore(coll, until, count, evaluator);
  const from = cursor(after, position);
  const found = take(visible(coll, evaluator, from), count + 1);
  const next = found[count];
  const hasPrevious = from && (!found.length || !isFirst(coll, from, evaluator));
  return new Page(found.slice(0, count), hasPrevious ? [from] : undefined, next && [next]);
}

/** A page of a set that is made of others, or of an index. */
function pageOfView(view: SetView, { size, after, before }: PageOptions, position: Position): Page {
  const all = view.elements(position);
  const count = Math.min(Math.max(size, 0), LARGEST);
  const place = (of: SetPlace): number => {
    const at = all.findIndex((item) => view.order(item, of) >= 0);
    return at < 0 ? all.length : at;
  };
  const until = placeOf(before, position);
  const from = placeOf(after, position);
  const end = until ? place(until) : undefined;
  const start = end === undefined ? (from ? place(from) : 0) : Math.max(end - count, 0);
  const data = all.slice(start, end ?? start + count).map(shownOf);
  const next = until ?? all[start + count];
  const previous = until ? (start > 0 ? all[start] : undefined) : from;
  const hasPrevious = previous && (start > 0 || view.sparse);
  const ahead =
    next && view.twiceInCursor && !until ? [next.ref!, next.ref!] : next && cursorOf(next);
  return new Page(data, hasPrevious ? cursorOf(previous) : undefined, ahead);
}

function cursorOf({ values, ref }: SetPlace): V4Value {
  return ref ? [...values, ref] : values;
}

/** What a cursor names: values, and a document behind them. */
function placeOf(value: V4Value | undefined, position: Position): SetPlace | undefined {
  const ref = isArray(value ?? null) ? undefined : cursor(value, position);
  if (ref) return { values: [], ref };
  if (!isArray(value ?? null)) return undefined;
  const parts = value as readonly V4Value[];
  const last = parts.at(-1);
  return last instanceof Ref ? { values: parts.slice(0, -1), ref: last } : { values: parts };
}

/** The documents of a set, in its order. */
export function itemsOf(set: SetRef, evaluator: Evaluator, position: Position): readonly SetItem[] {
  if (set.view) return set.view.elements(position);
  const { data } = pageOf(set, { size: LARGEST }, evaluator, position);
  return data.flatMap((ref) => (ref instanceof Ref ? [{ values: [], ref }] : []));
}

function pageBefore(coll: number, until: Ref, count: number, evaluator: Evaluator): Page {
  const found = take(visibleBefore(coll, evaluator, until), count + 1);
  const first = found[count - 1];
  const data = found.slice(0, count).reverse();
  return new Page(data, first && found.length > count ? [first] : undefined, [until]);
}

/** A cursor is a reference, or an array that ends in one. */
function cursor(value: V4Value | undefined, position: Position): Ref | undefined {
  if (value === undefined || value === null) return undefined;
  const last = isArray(value) ? value.at(-1) : value;
  if (last instanceof Ref) return last;
  throw invalidArgument("Invalid cursor: Ref or Array expected.", position);
}

function browsable(collection: Ref, evaluator: Evaluator, position: Position): number | undefined {
  const coll = evaluator.references.collectionId(collection);
  if (coll !== undefined && !mayBrowse(coll, evaluator)) throw permissionDenied(position);
  return coll;
}

function isFirst(coll: number, ref: Ref, evaluator: Evaluator): boolean {
  return take(visibleBefore(coll, evaluator, ref), 1).length === 0;
}

function visible(coll: number, evaluator: Evaluator, from: Ref | undefined): Generator<Ref> {
  return scan(coll, evaluator, from && idOf(from, evaluator), false);
}

/** Backwards, without `until` itself. */
function visibleBefore(coll: number, evaluator: Evaluator, until: Ref): Generator<Ref> {
  return scan(coll, evaluator, idOf(until, evaluator) - 1n, true);
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
