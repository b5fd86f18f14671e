import type { DocVersion, Value } from "../fql/values/value";
import { byCollection, type PastChange } from "./collection-store";
import type { Database } from "./database";
import type { IndexSpec } from "./index-store";

/** What a transaction did to one document. */
export interface Change {
  readonly coll: number;
  readonly id: bigint;
  readonly before: DocVersion | null;
  readonly after: DocVersion | null;
}

/** A committed transaction, as told to listeners. */
export interface Commit {
  readonly ts: number;
  readonly changes: readonly Change[];
  /** What it wrote into the past, of which nobody is told. */
  readonly past?: readonly PastChange[];
  /** The time of the schema that stays in use while another is staged; null where none is staged any more. */
  readonly pinned?: number | null;
}

/**
 * Writes of one query. They are in the store at once, at the transaction's time, and `rollback` takes them out
 * again: only one transaction runs at a time, and older snapshots do not see them.
 */
export class Transaction {
  readonly #db: Database;
  readonly #undo: (() => void)[] = [];
  readonly #changes = new Map<string, Change>();
  readonly #past: PastChange[] = [];
  #pinned: number | null | undefined;
  #open = true;

  constructor(
    db: Database,
    readonly ts: number,
  ) {
    this.#db = db;
  }

  get wrote(): boolean {
    return this.#changes.size + this.#past.length > 0 || this.#pinned !== undefined;
  }

  get writes(): number {
    return this.#changes.size;
  }

  /** Whether this transaction wrote the version. */
  wroteVersion(version: DocVersion): boolean {
    return version.ts === this.ts && this.wrote;
  }

  /** Whether this transaction wrote the document: what it says then is not read from anywhere. */
  hasWritten(coll: number, id: bigint): boolean {
    return this.#changes.has(`${coll}/${id}`);
  }

  put(coll: number, id: bigint, data: ReadonlyMap<string, Value>, ttl?: bigint): DocVersion {
    const version: DocVersion = {
      coll,
      id,
      ts: this.ts,
      data,
      ...(ttl === undefined ? {} : { ttl }),
    };
    this.#write(coll, id, version);
    return version;
  }

  remove(coll: number, id: bigint): void {
    this.#write(coll, id, null);
  }

  /** Writes into the past of documents. */
  rewrite(past: readonly PastChange[]): void {
    this.#past.push(...past);
    for (const [coll, changes] of byCollection(past))
      this.#undo.push(this.#db.collection(coll).rewrite(changes));
  }

  /** Whether the document was there before this transaction and is no more. */
  deleted(coll: number, id: bigint): boolean {
    const change = this.#changes.get(`${coll}/${id}`);
    return change !== undefined && change.before !== null && change.after === null;
  }

  defineIndex(coll: number, name: string, spec: IndexSpec | null): void {
    this.#undo.push(this.#db.collection(coll).define(name, spec));
  }

  /** Keeps the schema of a time in use, or with null that which the documents say. */
  pin(ts: number | null): void {
    const before = this.#db.pinned;
    this.#undo.push(() => this.#db.pin(before));
    this.#db.pin(ts ?? undefined);
    this.#pinned = ts;
  }

  /** Something else to take back if the transaction fails. */
  onRollback(step: () => void): void {
    this.#undo.push(step);
  }

  commit(): void {
    if (!this.#open) return;
    this.#open = false;
    if (!this.wrote) return;
    const changes = [...this.#changes.values()];
    const past = this.#past.length ? { past: this.#past } : {};
    const pinned = this.#pinned === undefined ? {} : { pinned: this.#pinned };
    this.#db.committed({ ts: this.ts, changes, ...past, ...pinned });
  }

  rollback(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const step of this.#undo.reverse()) step();
  }

  #write(coll: number, id: bigint, after: DocVersion | null): void {
    const store = this.#db.collection(coll);
    const key = `${coll}/${id}`;
    const before = this.#changes.get(key)?.before ?? this.#db.read(coll, id, this.ts);
    const known = this.#changes.get(key);
    this.#changes.set(key, { coll, id, before: known ? known.before : before, after });
    this.#undo.push(store.put(id, this.ts, after));
  }
}
