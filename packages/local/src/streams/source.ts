import { callValue, test } from "../fql/evaluator/call";
import type { Context } from "../fql/model/context";
import { ArraySource } from "../fql/sets/collected";
import { DocumentSource } from "../fql/sets/documents";
import { MapSource, WhereSource } from "../fql/sets/pipeline";
import type { SetSource } from "../fql/values/set-source";
import { timeFromMicros } from "../fql/values/times";
import type { DocValue, DocVersion, EventSourceValue, Value } from "../fql/values/value";
import type { RowsOf, Rows } from "./changes";

/** A step of the set that an event source was made from. */
type Step = (cx: Context, value: Value) => Value | undefined;

/** Which documents an event source is about, and what it shows of them. */
export interface StreamedSet {
  readonly coll: number;
  /** What a change takes out of the set and puts in; null when it does not touch the set. */
  readonly rows: RowsOf;
  /** What the source shows of a document; undefined when one of its filters hides it. */
  show(cx: Context, doc: DocValue): Value | undefined;
}

/** Takes an event source apart; undefined for a set that cannot be streamed. */
export function streamedSet({ set }: EventSourceValue): StreamedSet | undefined {
  const { base, steps } = unwrap(set.source);
  const place = placeOf(base);
  if (!place) return undefined;
  return {
    ...place,
    show: (cx, doc) =>
      steps.reduce<Value | undefined>(
        (value, step) => (value === undefined ? undefined : step(cx, value)),
        doc,
      ),
  };
}

function unwrap(source: SetSource): { base: SetSource; steps: Step[] } {
  if (source instanceof MapSource) {
    const { base, steps } = unwrap(source.inner);
    const { mapper, origin } = source;
    return {
      base,
      steps: [...steps, (cx, value) => origin.runApart(cx, () => callValue(cx, mapper, [value]))],
    };
  }
  if (source instanceof WhereSource) {
    const { base, steps } = unwrap(source.inner);
    const { predicate, origin } = source;
    const keep: Step = (cx, value) =>
      origin.runApart(cx, () => test(cx, predicate, value, true)) ? value : undefined;
    return { base, steps: [...steps, keep] };
  }
  return { base: source, steps: [] };
}

type Place = Pick<StreamedSet, "coll" | "rows">;

function placeOf(base: SetSource): Place | undefined {
  if (base instanceof DocumentSource)
    return base.index === "all" ? allOf(base.coll) : indexed(base);
  const [only] = base instanceof ArraySource ? base.items : [];
  return typeof only === "object" && only.kind === "doc" ? single(only) : undefined;
}

/** All documents are listed by the time of their last change, so that no change goes unnoticed. */
function changed(before: DocVersion | null, after: DocVersion | null): Rows | null {
  if (!before && !after) return null;
  const row = (version: DocVersion | null): Value[][] =>
    version ? [[timeFromMicros(version.ts)]] : [];
  return { removed: row(before), added: row(after), action: null };
}

function allOf(coll: number): Place {
  return { coll, rows: (_cx, { before, after }) => changed(before, after) };
}

function single({ coll, id }: DocValue): Place {
  return {
    coll,
    rows: (_cx, change) => (change.id === id ? changed(change.before, change.after) : null),
  };
}

/** One bucket of an index: what a change leaves as it was in the index is no event. */
function indexed({ coll, index, bucket }: DocumentSource): Place {
  return {
    coll,
    rows(cx, { before, after }) {
      const store = cx.db.collection(coll).index(index);
      if (!store) return null;
      const rowsOf = (version: DocVersion | null): Value[][] =>
        version && store.bucketsOf(version).includes(bucket) ? store.valuesOf(version) : [];
      const [was, is] = [rowsOf(before), rowsOf(after)];
      const keyOf = (row: readonly Value[], version: DocVersion | null): string =>
        `${store.keyOf(row)} ${version?.ttl}`;
      const wasKeys = new Set(was.map((row) => keyOf(row, before)));
      const isKeys = new Set(is.map((row) => keyOf(row, after)));
      const removed = was.filter((row) => !isKeys.has(keyOf(row, before)));
      const added = is.filter((row) => !wasKeys.has(keyOf(row, after)));
      if (!removed.length && !added.length) return null;
      // Where elements of arrays are listed apart, the rows do not tell what became of the document.
      const apart = store.spec.values.some(({ mva }) => mva);
      return { removed, added, action: apart ? documentAction(before, after) : null };
    },
  };
}

function documentAction(before: DocVersion | null, after: DocVersion | null): Rows["action"] {
  return before && after ? "update" : after ? "create" : "delete";
}
