import type { EventSourceValue } from "../fql/values/value";
import type { History } from "./collection-store";
import type { Database } from "./database";

export interface DatabaseOptions {
  /** `https://db.fauna.com/db/<global id>`: what the `aud` of a JWT must name. */
  readonly audience: string;
  readonly globalId: string;
  /** The parent, and the id of the document there that stands for this database. */
  readonly parent?: { readonly database: Database; readonly id: bigint };
  /** What the databases around it say, where they are not at hand. */
  readonly settings?: Readonly<Record<Setting, boolean>>;
}

/** What a document of `Database` says of the database. */
export type Setting = "typechecked" | "protected";

/** The ids that were given out last. */
export interface LastIds {
  document: bigint;
  system: bigint;
  collection: number;
}

/** Microseconds. */
export interface Times {
  /** Of the newest commit. */
  committed: number;
  /** Of the newest transaction, which may have only read. */
  begun: number;
  /** Of the newest change of the schema. */
  schema: number;
  /** Of the schema in use, while another is staged. */
  readonly pinned?: number;
}

/** What queries left for later requests, by the text that stands for it. */
export interface Remembered {
  readonly cursors: ReadonlyMap<string, unknown>;
  readonly eventSources: ReadonlyMap<string, EventSourceValue>;
}

/** What a copy of a database is made of, but for its indexes: data that other threads can be sent. */
export interface DatabaseState extends Remembered {
  readonly options: DatabaseOptions;
  readonly histories: ReadonlyMap<number, History>;
  readonly lastIds: LastIds;
  readonly times: Times;
}
