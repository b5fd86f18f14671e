import { randomBytes } from "node:crypto";
import { type DocVersion, type EventSourceValue, type Value, NULL } from "../fql/values/value";
import { CollectionStore, BY_DOCUMENT } from "./collection-store";
import {
  FIRST_USER_COLLECTION,
  isNamed,
  SYSTEM_COLLECTIONS,
  type SystemCollection,
} from "./system";
import { Transaction, type Commit } from "./transaction";

export interface DatabaseOptions {
  /** `https://db.fauna.com/db/<global id>`: what the `aud` of a JWT must name. */
  readonly audience: string;
  readonly globalId: string;
  /** The parent, and the id of the document there that stands for this database. */
  readonly parent?: { readonly database: Database; readonly id: bigint };
}

/** A key, token or other secret holder, found by its secret. */
export interface SecretHolder {
  readonly collection: "Key" | "Token";
  readonly document: DocVersion;
}

/** One database: documents with history, indexes, and its child databases. All in memory. */
export class Database {
  readonly audience: string;
  readonly globalId: string;
  readonly parent: DatabaseOptions["parent"];
  /** What a query left for later pages, by the text of the cursor. */
  readonly cursors: Map<string, unknown> = new Map();
  /** Event sources that answers gave out, by their token. */
  readonly eventSources: Map<string, EventSourceValue> = new Map();
  readonly #collections = new Map<number, CollectionStore>();
  readonly #listeners = new Set<(commit: Commit) => void>();
  readonly #children = new Map<bigint, Database>();
  #lastTs = 0;
  #begunTs = 0;
  #schemaTs = 0;
  #lastId = 0n;
  #nextCollection = FIRST_USER_COLLECTION;
  #nextSystemId = 0n;
  #active: Transaction | null = null;

  constructor(options: DatabaseOptions) {
    this.audience = options.audience;
    this.globalId = options.globalId;
    this.parent = options.parent;
    this.#lastTs = Date.now() * 1000;
    this.#begunTs = this.#lastTs;
  }

  /** The time of the newest commit, in microseconds. */
  get lastTs(): number {
    return this.#lastTs;
  }

  /** The time of the newest change of the schema, in microseconds. */
  get schemaVersion(): number {
    return this.#schemaTs;
  }

  /** Whether types are checked. */
  get typechecked(): boolean {
    return this.#setting("typechecked") ?? true;
  }

  get isProtected(): boolean {
    return this.#setting("protected") ?? false;
  }

  /** What the document of the database says, or else that of the nearest database around it that says something. */
  #setting(name: string): boolean | undefined {
    if (!this.parent) return undefined;
    const { database, id } = this.parent;
    const own = database.read(SYSTEM_COLLECTIONS.Database, id)?.data.get(name);
    return typeof own === "boolean" ? own : database.#setting(name);
  }

  /** Starts the only open transaction; its reads and writes are as of its time. */
  begin(): Transaction {
    if (this.#active) throw new Error("A transaction is open already");
    // Also later than one that only read: an event source starts at the time of such a one.
    this.#begunTs = Math.max(this.#begunTs + 1, Date.now() * 1000);
    const ts = this.#begunTs;
    this.#active = new Transaction(this, ts);
    return this.#active;
  }

  /** Runs `work` as one transaction: what it throws undoes what it wrote. */
  transact<T>(work: (tx: Transaction) => T): T {
    const tx = this.begin();
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
    this.#lastTs = commit.ts;
    // Whoever listens may start a transaction of their own.
    this.#active = null;
    if (commit.changes.some((change) => change.coll < FIRST_USER_COLLECTION))
      this.#schemaTs = commit.ts;
    for (const listener of this.#listeners) listener(commit);
  }

  /** Takes over a commit of an earlier run as of its time. The indexes of collections have to be defined afterwards. */
  restore({ ts, changes, past = [] }: Commit): void {
    for (const change of past) this.collection(change.coll).rewrite(change);
    for (const { coll, id, after } of changes) {
      this.collection(coll).put(id, ts, after);
      if (coll === SYSTEM_COLLECTIONS.Collection)
        this.#nextCollection = Math.max(this.#nextCollection, Number(id) + 1);
      else if (isNamed(coll) && id > this.#nextSystemId) this.#nextSystemId = id;
      if (coll < FIRST_USER_COLLECTION) this.#schemaTs = ts;
    }
    this.#lastTs = ts;
    this.#begunTs = Math.max(this.#begunTs, ts);
  }

  /** Calls `listener` after each commit until the returned function is called. */
  onCommit(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  collection(id: number): CollectionStore {
    let found = this.#collections.get(id);
    if (!found) {
      this.#collections.set(id, (found = new CollectionStore()));
      if (id === SYSTEM_COLLECTIONS.Token || id === SYSTEM_COLLECTIONS.Credential)
        found.define(BY_DOCUMENT, { terms: [{ read: documentOf, mva: false }], values: [] });
    }
    return found;
  }

  /** The version of a document as of `ts` (microseconds), or null when there is none or its ttl is over. */
  read(coll: number, id: bigint, ts: number = Infinity): DocVersion | null {
    const version = this.collection(coll).at(id, ts);
    const now = Math.min(ts, Date.now() * 1000);
    return version && (version.ttl === undefined || version.ttl > now) ? version : null;
  }

  /** When a document was made; undefined for one that is yet to be written. */
  madeAt({ coll, id }: DocVersion): number | undefined {
    return this.collection(coll).madeAt(id);
  }

  /** All documents of a system collection, oldest first. */
  systemDocuments(collection: SystemCollection): DocVersion[] {
    const coll = SYSTEM_COLLECTIONS[collection];
    const entries = this.collection(coll)
      .index("all")!
      .scan("", Number.MAX_SAFE_INTEGER, {}, false, null);
    return [...entries].flatMap((entry) => this.read(coll, entry.id) ?? []);
  }

  /** A document of a system collection by its name. */
  systemDocument(collection: SystemCollection, name: string): DocVersion | undefined {
    return this.systemDocuments(collection).find((version) => version.data.get("name") === name);
  }

  /** The key or token with this secret. */
  bySecret(secret: string): SecretHolder | undefined {
    for (const collection of ["Key", "Token"] as const) {
      const document = this.systemDocuments(collection).find(
        (version) => version.data.get("secret") === secret,
      );
      if (document) return { collection, document };
    }
    return undefined;
  }

  /** The child database that a `Database` document stands for. */
  child(id: bigint): Database {
    let found = this.#children.get(id);
    if (!found) {
      const globalId = newGlobalId();
      const audience = `https://db.fauna.com/db/${globalId}`;
      found = new Database({ globalId, audience, parent: { database: this, id } });
      this.#children.set(id, found);
    }
    return found;
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
    this.#lastId = id > this.#lastId ? id : this.#lastId + 1n;
    return this.#lastId;
  }

  /** An id for a new named system document: they are listed in the order of their making. */
  newSystemId(): bigint {
    return ++this.#nextSystemId;
  }

  newCollectionId(): number {
    return this.#nextCollection++;
  }

  newSecret(): string {
    return `fn${randomBytes(32).toString("base64url")}`;
  }

  /** A field of a system document as plain text, for those that look at roles and providers. */
  static text(version: DocVersion, field: string): string | undefined {
    const value: Value | undefined = version.data.get(field);
    return typeof value === "string" ? value : undefined;
  }
}

function documentOf({ data }: DocVersion): Value {
  return data.get("document") ?? NULL;
}

function newGlobalId(): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  return `y${[...randomBytes(12)].map((byte) => alphabet[byte % alphabet.length]!).join("")}`;
}
