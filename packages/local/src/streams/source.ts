import { callValue, test } from "../fql/evaluator/call";
import type { Context } from "../fql/evaluator/context";
import { ArraySource } from "../fql/sets/collected";
import { DocumentSource } from "../fql/sets/documents";
import { MapSource, WhereSource } from "../fql/sets/pipeline";
import type { SetSource } from "../fql/sets/set-source";
import type { DocValue, DocVersion, EventSourceValue, Value } from "../fql/values/value";
import { canonical } from "../fql/values/canonical";
import { IndexStore } from "../store/index-store";

/** A step of the set that an event source was made from. */
type Step = (cx: Context, value: Value) => Value | undefined;

/** Which documents an event source is about, and what it shows of them. */
export interface StreamedSet {
  readonly coll: number;
  /** Whether a version of a document is among them. */
  includes(cx: Context, version: DocVersion): boolean;
  /** Whether a change of a document that was and is among them is one that the source notices. */
  notices(cx: Context, before: DocVersion, after: DocVersion): boolean;
  /** What the source shows of a version; undefined when one of its filters hides it. */
  show(cx: Context, version: DocVersion): Value | undefined;
}

/** Takes an event source apart; undefined for a set that cannot be streamed. */
export function streamedSet({ set, watched }: EventSourceValue): StreamedSet | undefined {
  const { base, steps } = unwrap(set.source);
  const place = placeOf(base);
  if (!place) return undefined;
  return {
    coll: place.coll,
    includes: place.includes,
    notices: (cx, before, after) =>
      place.notices(cx, before, after) &&
      (watched.length === 0 || anyChanged(watched, before, after)),
    show: (cx, version) => {
      const doc: Value = { kind: "doc", coll: version.coll, id: version.id, version };
      return steps.reduce<Value | undefined>(
        (value, step) => (value === undefined ? undefined : step(cx, value)),
        doc,
      );
    },
  };
}

function unwrap(source: SetSource): { base: SetSource; steps: Step[] } {
  if (source instanceof MapSource) {
    const { base, steps } = unwrap(source.inner);
    const { mapper, origin } = source;
    return {
      base,
      steps: [...steps, (cx, value) => origin.run(cx, () => callValue(cx, mapper, [value]))],
    };
  }
  if (source instanceof WhereSource) {
    const { base, steps } = unwrap(source.inner);
    const { predicate, origin } = source;
    const keep: Step = (cx, value) =>
      origin.run(cx, () => test(cx, predicate, value, true)) ? value : undefined;
    return { base, steps: [...steps, keep] };
  }
  return { base: source, steps: [] };
}

type Place = Pick<StreamedSet, "coll" | "includes" | "notices">;

function placeOf(base: SetSource): Place | undefined {
  if (base instanceof DocumentSource)
    return base.index === "all" ? allOf(base.coll) : indexed(base);
  const [only] = base instanceof ArraySource ? base.items : [];
  return typeof only === "object" && only.kind === "doc" ? single(only) : undefined;
}

function allOf(coll: number): Place {
  return { coll, includes: () => true, notices: () => true };
}

function single({ coll, id }: DocValue): Place {
  return { coll, includes: (_cx, version) => version.id === id, notices: () => true };
}

/** One bucket of an index; it notices only changes of the fields that it covers. */
function indexed({ coll, index, bucket }: DocumentSource): Place {
  const termsOf = (cx: Context, version: DocVersion): string[] => {
    const spec = cx.db.collection(coll).index(index)?.spec;
    return spec ? bucketsOf(spec, version) : [];
  };
  return {
    coll,
    includes: (cx, version) => termsOf(cx, version).includes(bucket),
    notices: (cx, before, after) => {
      const values = cx.db.collection(coll).index(index)?.spec.values ?? [];
      const changed = values.some(({ read }) => canonical(read(before)) !== canonical(read(after)));
      return changed || !termsOf(cx, before).includes(bucket);
    },
  };
}

/** The buckets that an index lists a version in: several when it indexes each element of an array. */
function bucketsOf(spec: IndexStore["spec"], version: DocVersion): string[] {
  const choices = spec.terms.map(({ read, mva }) => {
    const value = read(version);
    return mva && typeof value === "object" && value.kind === "array" ? value.items : [value];
  });
  const combined = choices.reduce<Value[][]>(
    (all, options) => all.flatMap((chosen) => options.map((option) => [...chosen, option])),
    [[]],
  );
  return combined.map((terms) => IndexStore.bucket(terms));
}

/** Whether a watched field differs between two versions. */
function anyChanged(
  watched: readonly (readonly string[])[],
  before: DocVersion,
  after: DocVersion,
): boolean {
  return watched.some((path) => fieldText(before, path) !== fieldText(after, path));
}

/** Whether a version has all watched fields. */
export function hasAll(watched: readonly (readonly string[])[], version: DocVersion): boolean {
  return watched.every((path) => fieldText(version, path) !== undefined);
}

/** Whether a version has any watched field. */
export function hasAny(watched: readonly (readonly string[])[], version: DocVersion): boolean {
  return watched.some((path) => fieldText(version, path) !== undefined);
}

function fieldText(version: DocVersion, path: readonly string[]): string | undefined {
  const [first = "", ...rest] = path;
  let value = version.data.get(first);
  for (const name of rest)
    value =
      typeof value === "object" && value.kind === "object" ? value.fields.get(name) : undefined;
  return value === undefined || (typeof value === "object" && value.kind === "null")
    ? undefined
    : canonical(value);
}
