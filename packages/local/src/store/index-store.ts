import { canonical } from "../fql/values/canonical";
import { collate } from "../fql/values/collation";
import { compareValues } from "../fql/values/order";
import { isNull, NULL, type DocVersion, type Value } from "../fql/values/value";
import { SortedList } from "./sorted-list";

/** How an index finds its terms and values in a version of a document. */
export interface IndexSpec {
  readonly terms: readonly IndexTerm[];
  readonly values: readonly IndexOrder[];
  /** A row of nothing but nulls is not listed, as in indexes of FQL v4. */
  readonly skipsNulls?: boolean;
}
export interface IndexTerm {
  readonly read: (version: DocVersion) => Value;
  /** Index each element of an array on its own. */
  readonly mva: boolean;
}
export interface IndexOrder {
  readonly read: (version: DocVersion) => Value;
  /** List each element of an array on its own. */
  readonly mva: boolean;
  readonly desc: boolean;
}

/** One document under one combination of terms, as long as it had those values. */
export interface IndexEntry {
  readonly bucket: string;
  readonly values: readonly Value[];
  readonly id: bigint;
  readonly from: number;
  to: number;
}

export interface IndexPosition {
  readonly values: readonly Value[];
  readonly id: bigint;
}

/** Limits on the values, each a prefix of them, both inclusive and in the index's order. */
export interface IndexRange {
  readonly from?: readonly Value[];
  readonly to?: readonly Value[];
}

/** A sorted structure over the versions of one collection's documents. */
export class IndexStore {
  readonly #buckets = new Map<string, SortedList<IndexEntry>>();
  readonly #entries = new WeakMap<DocVersion, IndexEntry[]>();

  constructor(readonly spec: IndexSpec) {}

  /** Lists a version from its time on. Returns what takes it back. */
  add(version: DocVersion): () => void {
    const rows = this.valuesOf(version);
    const entries = this.bucketsOf(version).flatMap((bucket) =>
      rows.map((values): IndexEntry => ({
        bucket,
        values,
        id: version.id,
        from: version.ts,
        to: Infinity,
      })),
    );
    for (const entry of entries) this.#list(entry.bucket).insert(entry);
    this.#entries.set(version, entries);
    return () => {
      for (const entry of entries) this.#list(entry.bucket).remove(entry);
    };
  }

  /** Ends a version at `ts`; one that began then goes altogether. Returns what takes it back. */
  end(version: DocVersion, ts: number): () => void {
    const entries = this.#entries.get(version) ?? [];
    if (version.ts === ts) {
      for (const entry of entries) this.#list(entry.bucket).remove(entry);
      return () => {
        for (const entry of entries) this.#list(entry.bucket).insert(entry);
      };
    }
    for (const entry of entries) entry.to = ts;
    return () => {
      for (const entry of entries) entry.to = Infinity;
    };
  }

  /** Entries of a bucket as of `ts`, in order, from `start` (inclusive) on. */
  *scan(
    bucket: string,
    ts: number,
    range: IndexRange,
    reverse: boolean,
    start: IndexPosition | null,
  ): Generator<IndexEntry> {
    const list = this.#buckets.get(bucket);
    if (!list) return;
    const walk = reverse ? this.#down(list, range, start) : this.#up(list, range, start);
    for (const entry of walk) {
      if (this.#outside(entry, range, reverse)) return;
      if (entry.from <= ts && ts < entry.to) yield entry;
    }
  }

  static bucket(terms: readonly Value[]): string {
    return terms.map(canonical).join("|");
  }

  #up(
    list: SortedList<IndexEntry>,
    range: IndexRange,
    start: IndexPosition | null,
  ): Generator<IndexEntry> {
    if (start) return list.from((entry) => this.#compareTo(entry, start) < 0);
    const { from } = range;
    return list.from((entry) => from !== undefined && this.#comparePrefix(entry, from) < 0);
  }

  #down(
    list: SortedList<IndexEntry>,
    range: IndexRange,
    start: IndexPosition | null,
  ): Generator<IndexEntry> {
    if (start) return list.downFrom((entry) => this.#compareTo(entry, start) <= 0);
    const { to } = range;
    return list.downFrom((entry) => to === undefined || this.#comparePrefix(entry, to) <= 0);
  }

  #outside(entry: IndexEntry, range: IndexRange, reverse: boolean): boolean {
    const limit = reverse ? range.from : range.to;
    if (!limit) return false;
    const order = this.#comparePrefix(entry, limit);
    return reverse ? order < 0 : order > 0;
  }

  #compareRows(a: readonly Value[], b: readonly Value[]): number {
    for (let i = 0; i < Math.min(a.length, b.length, this.spec.values.length); i++) {
      const order = compareValues(a[i]!, b[i]!, collate) * (this.spec.values[i]!.desc ? -1 : 1);
      if (order) return order;
    }
    return 0;
  }

  #comparePrefix(entry: IndexEntry, limit: readonly Value[]): number {
    const order = this.#compareRows(entry.values, limit);
    if (order) return order;
    // Without values of its own an index is in the order of ids.
    const id = limit[entry.values.length];
    return id === undefined ? 0 : compareValues({ kind: "id", value: entry.id }, id);
  }

  #compareTo(entry: IndexEntry, position: IndexPosition): number {
    return (
      this.#comparePrefix(entry, position.values) ||
      (entry.id < position.id ? -1 : entry.id > position.id ? 1 : 0)
    );
  }

  #list(bucket: string): SortedList<IndexEntry> {
    const found = this.#buckets.get(bucket);
    if (found) return found;
    const list = new SortedList<IndexEntry>((a, b) => this.#compareTo(a, b));
    this.#buckets.set(bucket, list);
    return list;
  }

  /** A text that is the same for rows of the same values. */
  keyOf(values: readonly Value[]): string {
    return IndexStore.bucket(values);
  }

  /** The buckets that a version is in; one whose terms are all missing is in none. */
  bucketsOf(version: DocVersion): string[] {
    const { terms } = this.spec;
    const found = combinations(terms, version).filter((row) => !terms.length || !row.every(isNull));
    return [...new Set(found.map((row) => IndexStore.bucket(row)))];
  }

  /** The values that a version is listed under, once for each combination of elements that differ in the index's order. */
  valuesOf(version: DocVersion): Value[][] {
    const { values, skipsNulls } = this.spec;
    const found = combinations(values, version, [NULL]).filter(
      (row) => !skipsNulls || !row.length || !row.every(isNull),
    );
    return found
      .sort((a, b) => this.#compareRows(a, b))
      .filter((row, i) => i === 0 || this.#compareRows(row, found[i - 1]!) !== 0);
  }
}

/** What an index that takes arrays apart lists of a value: arrays within arrays, too, and nothing for an object. */
function elementsOf(value: Value): readonly Value[] {
  if (typeof value !== "object") return [value];
  if (value.kind === "array") return value.items.flatMap(elementsOf);
  return [value.kind === "object" ? NULL : value];
}

/**
 * Every combination of what a version has in some fields, arrays taken apart where each element counts; an array without
 * elements counts as `ofEmpty`.
 */
function combinations(
  fields: readonly { readonly read: (version: DocVersion) => Value; readonly mva: boolean }[],
  version: DocVersion,
  ofEmpty: readonly Value[] = [],
): Value[][] {
  return fields.reduce<Value[][]>(
    (rows, { read, mva }) => {
      const value = read(version);
      const elements = mva ? elementsOf(value) : [value];
      const choices = elements.length ? elements : ofEmpty;
      return rows.flatMap((row) => choices.map((choice) => [...row, choice]));
    },
    [[]],
  );
}
