import { readDocument } from "../fql/model/read";
import { compareRefs } from "./compare";
import { mayBrowse, permissionDenied } from "./documents";
import { invalidArgument, type Position } from "./errors";
import type { Evaluator } from "./evaluate";
import { isArray, Page, Ref, type SetRef, type V4Value } from "./values";

export interface PageOptions {
  size: number;
  after?: V4Value;
  before?: V4Value;
}

const LARGEST = 100_000;

/**
 * One page of a collection's references in the order of their ids. `after` is the first of the page (so a cursor is
 * the first of the next page), `before` the one that follows it.
 */
export function pageOf(
  { collection }: SetRef,
  { size, after, before }: PageOptions,
  evaluator: Evaluator,
  position: Position,
): Page {
  const all = visible(collection, evaluator, position);
  const count = Math.min(Math.max(size, 0), LARGEST);
  if (count === 0) return new Page([], undefined, undefined);
  const until = cursor(before, position);
  if (until) return pageBefore(all, until, count);
  const from = cursor(after, position);
  const start = from ? lowerBound(all, from) : 0;
  const next = all[start + count];
  const hasPrevious = from !== undefined && (start > 0 || start >= all.length);
  return new Page(
    all.slice(start, start + count),
    hasPrevious ? [from] : undefined,
    next && [next],
  );
}

function pageBefore(all: readonly Ref[], until: Ref, count: number): Page {
  const end = lowerBound(all, until);
  const start = Math.max(0, end - count);
  const first = all[start];
  return new Page(all.slice(start, end), start > 0 && first ? [first] : undefined, [until]);
}

/** A cursor is a reference, or an array that ends in one. */
function cursor(value: V4Value | undefined, position: Position): Ref | undefined {
  if (value === undefined || value === null) return undefined;
  const last = isArray(value) ? value.at(-1) : value;
  if (last instanceof Ref) return last;
  throw invalidArgument("Invalid cursor: Ref or Array expected.", position);
}

function lowerBound(all: readonly Ref[], from: Ref): number {
  const at = all.findIndex((ref) => compareRefs(ref, from) >= 0);
  return at === -1 ? all.length : at;
}

function visible(collection: Ref, evaluator: Evaluator, position: Position): Ref[] {
  const { references, context } = evaluator;
  const coll = references.collectionId(collection);
  if (coll === undefined) return [];
  if (!mayBrowse(coll, evaluator)) throw permissionDenied(position);
  const index = context.db.collection(coll).index("all");
  const entries = index ? [...index.scan("", context.readTs, {}, false, null)] : [];
  return entries
    .filter(({ id }) => typeof readDocument(context, { kind: "doc", coll, id }) !== "string")
    .map(({ id }) => references.toRef({ coll, id }));
}
