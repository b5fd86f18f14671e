import type { EventSource, Fields, Value, Version } from "./values";

/** What a transaction did to a document. */
export interface Change {
  readonly coll: string;
  readonly id: string;
  readonly before: Version | null;
  readonly after: Version | null;
}

export interface Commit {
  readonly ts: number;
  readonly changes: readonly Change[];
}

interface Past {
  readonly ts: number;
  readonly version: Version | null;
}

/** A database: every version of every document. Roles, keys and the like are documents, too, under their names. */
export class World {
  readonly sources = new Map<string, EventSource>();
  readonly commits: Commit[] = [];
  readonly #documents = new Map<string, Map<string, Past[]>>();
  #pending = new Map<string, { coll: string; id: string; version: Version | null }>();
  #ids = 0;
  #onCommit = new Set<(commit: Commit) => void>();

  /** `clock` is that of all databases of a server, in microseconds: nothing but `wait` and transactions moves it. */
  constructor(readonly clock: { now: number }) {}

  get now(): number {
    return this.clock.now;
  }

  /** The database inside another one, by its name. */
  readonly children = new Map<string, World>();

  wait(micros: number): void {
    this.clock.now += micros;
  }

  newId(): string {
    return String(400_000_000_000_000_000n + BigInt(++this.#ids));
  }

  /** A document now, with what the transaction under way did, or as of a time. */
  read(coll: string, id: string, asOf?: number): Version | null {
    const pending =
      asOf === undefined && this.#pending.size ? this.#pending.get(`${coll}/${id}`) : undefined;
    if (pending) return pending.version;
    const past = this.#documents.get(coll)?.get(id);
    if (!past) return null;
    return (
      (asOf === undefined ? past.at(-1) : past.findLast(({ ts }) => ts <= asOf))?.version ?? null
    );
  }

  /** The ids of a collection that exist or did, in their order. */
  ids(coll: string): string[] {
    const all = new Set(this.#documents.get(coll)?.keys());
    for (const change of this.#pending.values()) if (change.coll === coll) all.add(change.id);
    return [...all].sort(byNumber);
  }

  all(coll: string, asOf?: number): { id: string; version: Version }[] {
    return this.ids(coll).flatMap((id) => {
      const version = this.read(coll, id, asOf);
      return version ? [{ id, version }] : [];
    });
  }

  write(coll: string, id: string, fields: Fields | null): void {
    const kept = fields && new Map([...fields].filter(([, value]) => value !== null));
    this.#pending.set(`${coll}/${id}`, {
      coll,
      id,
      version: kept && { ts: this.now, fields: kept },
    });
  }

  /** Runs a transaction: all of it takes place, or nothing. */
  transact<T>(work: () => T): T {
    this.wait(1000);
    this.#pending = new Map();
    try {
      const answer = work();
      this.#commit();
      return answer;
    } finally {
      this.#pending = new Map();
    }
  }

  #commit(): void {
    const changes: Change[] = [];
    for (const { coll, id, version } of this.#pending.values()) {
      const documents = this.#documents.get(coll) ?? new Map<string, Past[]>();
      this.#documents.set(coll, documents);
      const past = documents.get(id) ?? [];
      const before = past.at(-1)?.version ?? null;
      documents.set(id, [...past, { ts: this.now, version }]);
      if (before || version) changes.push({ coll, id, before, after: version });
    }
    this.#pending = new Map();
    if (!changes.length) return;
    const commit = { ts: this.now, changes };
    this.commits.push(commit);
    for (const tell of this.#onCommit) tell(commit);
  }

  /** Forgets a collection and its past. */
  drop(coll: string): void {
    this.#documents.delete(coll);
    const others = (commit: Commit): Change[] =>
      commit.changes.filter((change) => change.coll !== coll);
    this.commits.splice(
      0,
      Infinity,
      ...this.commits.map((commit) => ({ ...commit, changes: others(commit) })),
    );
  }

  onCommit(tell: (commit: Commit) => void): () => void {
    this.#onCommit.add(tell);
    return () => this.#onCommit.delete(tell);
  }

  /** A field of a document of the system's own: of a role, a collection, a key. */
  system(coll: string, id: string, field: string): Value {
    return this.read(coll, id)?.fields.get(field) ?? null;
  }
}

/** Ids are numbers of any length; names stay as they came. */
function byNumber(a: string, b: string): number {
  if (!DIGITS.test(a) || !DIGITS.test(b)) return 0;
  return a.length - b.length || (a < b ? -1 : 1);
}
const DIGITS = /^\d/;
