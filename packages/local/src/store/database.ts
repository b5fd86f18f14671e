import type { DocVersion, EventSourceValue, Value } from "../fql/values/value";
import { BoundedMap } from "./bounded-map";
import {
  byCollection,
  CollectionStore,
  BY_DOCUMENT,
  OF_DOCUMENT,
  type History,
} from "./collection-store";
import type { DatabaseOptions, DatabaseState, LastIds, Remembered, Times } from "./database-state";
import { newGlobalId } from "./global-id";
import { settingOf } from "./settings";
import {
  FIRST_USER_COLLECTION,
  isNamed,
  SYSTEM_COLLECTIONS,
  type SystemCollection,
} from "./system";
import { Transaction, type Commit } from "./transaction";

/** One database: documents with history, indexes, and its child databases. All in memory. */
export class Database {
  readonly audience: string;
  readonly globalId: string;
  parent: DatabaseOptions["parent"];
  readonly settings: DatabaseOptions["settings"];
  /** What a query left for later pages, by the text of the cursor. */
  readonly cursors: Map<string, unknown> = new BoundedMap();
  /** Event sources that answers gave out, by their token. */
  readonly eventSources: Map<string, EventSourceValue> = new BoundedMap();
  lastIds: LastIds = { document: 0n, system: 0n, collection: FIRST_USER_COLLECTION - 1 };
  readonly #collections = new Map<number, CollectionStore>();
  readonly #listeners = new Set<(commit: Commit) => void>();
  readonly #children = new Map<bigint, Database>();
  #times: Times;
  #active: Transaction | null = null;

  constructor(options: DatabaseOptions) {
    this.audience = options.audience;
    this.globalId = options.globalId;
    this.parent = options.parent;
    this.settings = options.settings;
    const now = Date.now() * 1000;
    this.#times = { committed: now, begun: now, schema: 0 };
  }

  /** A database as another one was. Its indexes have to be defined afterwards. */
  static of(state: DatabaseState): Database {
    const copy = new Database(state.options);
    for (const [id, history] of state.histories) copy.#collection(id, history);
    copy.remember(state);
    copy.lastIds = { ...state.lastIds };
    copy.#times = { ...state.times };
    return copy;
  }

  get state(): DatabaseState {
    const { audience, globalId, typechecked, isProtected, cursors, eventSources, lastIds } = this;
    return {
      options: { audience, globalId, settings: { typechecked, protected: isProtected } },
      histories: new Map([...this.#collections].map(([id, { history }]) => [id, history])),
      cursors,
      eventSources,
      lastIds,
      times: this.#times,
    };
  }

  /** Takes over what queries left elsewhere. */
  remember({ cursors, eventSources }: Remembered): void {
    for (const [token, cursor] of cursors) this.cursors.set(token, cursor);
    for (const [token, source] of eventSources) this.eventSources.set(token, source);
  }

  /** The time of the newest commit, in microseconds. */
  get lastTs(): number {
    return this.#times.committed;
  }

  /** The time of the newest change of the schema, in microseconds. */
  get schemaVersion(): number {
    return this.#times.schema;
  }

  /** While a schema is staged: the time as of which the schema counts that is still in use. */
  get pinned(): number | undefined {
    return this.#times.pinned;
  }

  /** Takes over the pin of a transaction, which takes it back when it fails. */
  pin(pinned: number | undefined): void {
    const { pinned: _, ...times } = this.#times;
    this.#times = pinned === undefined ? times : { ...times, pinned };
  }

  /** Whether types are checked. */
  get typechecked(): boolean {
    return settingOf(this, "typechecked") ?? true;
  }

  get isProtected(): boolean {
    return settingOf(this, "protected") ?? false;
  }

  /** Starts the only open transaction; its reads and writes are as of its time. */
  begin(ts: number = Date.now() * 1000): Transaction {
    if (this.#active) throw new Error("A transaction is open already");
    // Also later than one that only read: an event source starts at the time of such a one.
    this.#times.begun = Math.max(this.#times.begun + 1, ts);
    this.#active = new Transaction(this, this.#times.begun);
    return this.#active;
  }

  /** Runs `work` as one transaction, now or at a later time: what it throws undoes what it wrote. */
  transact<T>(work: (tx: Transaction) => T, ts?: number): T {
    const tx = this.begin(ts);
    try {
      const result = work(tx);
      tx.commit();
      return result;
    } finally {
      tx.rollback();
      this.#active = null;
    }
  }

  /** Called by a transaction when it commits. */
  committed(commit: Commit): void {
    this.#times.committed = commit.ts;
    // Whoever listens may start a transaction of their own.
    this.#active = null;
    const ofSchema = commit.changes.some(({ coll }) => coll < FIRST_USER_COLLECTION);
    if (ofSchema || commit.pinned !== undefined) this.#times.schema = commit.ts;
    for (const listener of this.#listeners) listener(commit);
  }

  /** Takes over a commit of an earlier run as of its time. The indexes of collections have to be defined afterwards. */
  restore({ ts, changes, past = [], pinned }: Commit): void {
    for (const [coll, earlier] of byCollection(past)) this.collection(coll).rewrite(earlier);
    for (const { coll, id, after } of changes) {
      this.collection(coll).put(id, ts, after);
      if (coll === SYSTEM_COLLECTIONS.Collection)
        this.lastIds.collection = Math.max(this.lastIds.collection, Number(id));
      else if (isNamed(coll) && id > this.lastIds.system) this.lastIds.system = id;
      if (coll < FIRST_USER_COLLECTION) this.#times.schema = ts;
    }
    if (pinned !== undefined) this.pin(pinned ?? undefined);
    this.#times.committed = ts;
    this.#times.begun = Math.max(this.#times.begun, ts);
  }

  /** Calls `listener` after each commit until the returned function is called. */
  onCommit(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  collection(id: number): CollectionStore {
    return this.#collections.get(id) ?? this.#collection(id);
  }

  #collection(id: number, history?: History): CollectionStore {
    const made = new CollectionStore(history);
    this.#collections.set(id, made);
    if (id === SYSTEM_COLLECTIONS.Token || id === SYSTEM_COLLECTIONS.Credential)
      made.define(BY_DOCUMENT, OF_DOCUMENT);
    return made;
  }

  /** The version of a document as of `ts` (microseconds), or null when there is none or its ttl is over. */
  read(coll: number, id: bigint, ts: number = Infinity): DocVersion | null {
    const version = this.collection(coll).at(id, ts);
    const now = Math.min(ts, Date.now() * 1000);
    return version && (version.ttl === undefined || version.ttl / 1000n > now) ? version : null;
  }

  /** When a document was made; undefined for one that is yet to be written. */
  madeAt({ coll, id }: DocVersion): number | undefined {
    return this.collection(coll).madeAt(id);
  }

  /** All documents of a system collection as of `ts`, oldest first. */
  systemDocuments(
    collection: SystemCollection,
    ts: number = Number.MAX_SAFE_INTEGER,
  ): DocVersion[] {
    const coll = SYSTEM_COLLECTIONS[collection];
    const entries = this.collection(coll).index("all")!.scan("", ts, {}, false, null);
    return [...entries].flatMap((entry) => this.read(coll, entry.id, ts) ?? []);
  }

  /** A document of a system collection by its name. */
  systemDocument(collection: SystemCollection, name: string): DocVersion | undefined {
    return this.systemDocuments(collection).find((version) => version.data.get("name") === name);
  }

  /** The child database that a `Database` document stands for. */
  child(id: bigint): Database {
    let found = this.#children.get(id);
    if (!found) {
      const known = this.read(SYSTEM_COLLECTIONS.Database, id)?.data.get("global_id");
      const globalId = typeof known === "string" ? known : newGlobalId();
      const audience = `https://db.fauna.com/db/${globalId}`;
      found = new Database({ globalId, audience, parent: { database: this, id } });
      this.#children.set(id, found);
    }
    return found;
  }

  /** Takes a database from where it was; its document is here now. */
  adopt(child: Database, id: bigint): void {
    const { parent } = child;
    if (parent) parent.database.#children.delete(parent.id);
    child.parent = { database: this, id };
    this.#children.set(id, child);
  }

  childByName(name: string): Database | undefined {
    const document = this.systemDocument("Database", name);
    return document && this.child(document.id);
  }

  /** Child databases that exist, for looking a secret up in all of them. */
  children(): Database[] {
    return this.systemDocuments("Database").map((document) => this.child(document.id));
  }

  /** An id for a new document: 18 digits, growing with time. */
  newId(): bigint {
    const id = BigInt(Date.now()) << 18n;
    return (this.lastIds.document = id > this.lastIds.document ? id : this.lastIds.document + 1n);
  }

  /** An id for a new named system document: they are listed in the order of their making. */
  newSystemId(): bigint {
    return ++this.lastIds.system;
  }

  newCollectionId(): number {
    return ++this.lastIds.collection;
  }

  /** A field of a system document as plain text, for those that look at roles and providers. */
  static text(version: DocVersion, field: string): string | undefined {
    const value: Value | undefined = version.data.get(field);
    return typeof value === "string" ? value : undefined;
  }
}
