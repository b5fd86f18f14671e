import { NULL, type DocVersion } from "../fql/values/value";
import { IndexStore, type IndexSpec } from "./index-store";

interface Change {
  readonly ts: number;
  readonly version: DocVersion | null;
}

/** What happened to each document, oldest first. */
export type History = ReadonlyMap<bigint, readonly Change[]>;

/** What is to have happened to a document at an earlier time: a version, its end, or undefined for nothing after all. */
export interface PastChange {
  readonly coll: number;
  readonly id: bigint;
  readonly ts: number;
  readonly version: DocVersion | null | undefined;
}

/** Changes of the past by their collection. */
export function byCollection(past: readonly PastChange[]): ReadonlyMap<number, PastChange[]> {
  const grouped = new Map<number, PastChange[]>();
  for (const change of past) {
    const group = grouped.get(change.coll);
    if (group) group.push(change);
    else grouped.set(change.coll, [change]);
  }
  return grouped;
}

/** The name of the index over all documents, by id. */
export const ALL = "all";

/** The name of the index over the documents of `Token` and `Credential`, by what they are for. */
export const BY_DOCUMENT = "byDocument";

export const OF_DOCUMENT: IndexSpec = {
  terms: [{ read: ({ data }) => data.get("document") ?? NULL, mva: false }],
  values: [],
};

/** The documents of one collection with their history, and the indexes over them. */
export class CollectionStore {
  readonly #history: Map<bigint, Change[]>;
  readonly #indexes: Map<string, IndexStore>;

  constructor(history: History = new Map()) {
    this.#history = new Map([...history].map(([id, changes]) => [id, [...changes]]));
    this.#indexes = new Map([[ALL, this.#build({ terms: [], values: [] })]]);
  }

  get history(): History {
    return this.#history;
  }

  /** The version that holds at `ts`, whether or not its ttl is over. */
  at(id: bigint, ts: number): DocVersion | null {
    const changes = this.#history.get(id);
    if (!changes) return null;
    for (let i = changes.length - 1; i >= 0; i--)
      if (changes[i]!.ts <= ts) return changes[i]!.version;
    return null;
  }

  /** When a document was made. */
  madeAt(id: bigint): number | undefined {
    return this.#history.get(id)?.[0]?.ts;
  }

  index(name: string): IndexStore | undefined {
    return this.#indexes.get(name);
  }

  /** Makes `version` (or, with null, nothing) what holds from `ts` on. Returns what takes it back. */
  put(id: bigint, ts: number, version: DocVersion | null): () => void {
    const changes = this.#history.get(id) ?? [];
    this.#history.set(id, changes);
    const last = changes[changes.length - 1];
    const undo: (() => void)[] = [];
    const unlist = (): void => {
      for (const step of undo.reverse()) step();
    };
    try {
      for (const index of this.#indexes.values()) {
        if (last?.version) undo.push(index.end(last.version, ts));
        if (version) undo.push(index.add(version));
      }
    } catch (error) {
      // What an index reads may be computed, and end with the time or the stack of the query.
      unlist();
      throw error;
    }
    const replaced = last?.ts === ts ? changes.pop() : undefined;
    changes.push({ ts, version });
    return () => {
      changes.pop();
      if (replaced) changes.push(replaced);
      unlist();
    };
  }

  /** Changes what happened to documents at some times, and all indexes with it. Returns what takes it back. */
  rewrite(past: readonly Omit<PastChange, "coll">[]): () => void {
    const before = new Map(past.map(({ id }) => [id, this.#history.get(id)]));
    const indexes = [...this.#indexes];
    for (const { id, ts, version } of past) {
      const others = (this.#history.get(id) ?? []).filter((change) => change.ts !== ts);
      const after = version === undefined ? others : [...others, { ts, version }];
      this.#history.set(
        id,
        after.sort((a, b) => a.ts - b.ts),
      );
    }
    for (const [name, index] of indexes) this.#indexes.set(name, this.#build(index.spec));
    return () => {
      for (const [id, changes] of before)
        if (changes) this.#history.set(id, changes);
        else this.#history.delete(id);
      for (const [name, index] of indexes) this.#indexes.set(name, index);
    };
  }

  /** Builds the index `name`, or drops it. Returns what takes that back. */
  define(name: string, spec: IndexSpec | null): () => void {
    const before = this.#indexes.get(name);
    if (spec) this.#indexes.set(name, this.#build(spec));
    else this.#indexes.delete(name);
    return () => {
      if (before) this.#indexes.set(name, before);
      else this.#indexes.delete(name);
    };
  }

  indexNames(): string[] {
    return [...this.#indexes.keys()];
  }

  /** Every change after `after`, oldest first. */
  changesAfter(
    after: number,
  ): { id: bigint; ts: number; before: DocVersion | null; version: DocVersion | null }[] {
    const found = [...this.#history].flatMap(([id, changes]) =>
      changes
        .map((change, i) => ({ id, ...change, before: changes[i - 1]?.version ?? null }))
        .filter(({ ts }) => ts > after),
    );
    return found.sort((a, b) => a.ts - b.ts);
  }

  #build(spec: IndexSpec): IndexStore {
    const index = new IndexStore(spec);
    for (const changes of this.#history.values()) {
      for (const [i, change] of changes.entries()) {
        const next = changes[i + 1];
        if (change.version) index.add(change.version);
        if (change.version && next) index.end(change.version, next.ts);
      }
    }
    return index;
  }
}
