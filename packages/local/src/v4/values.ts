import type { LambdaExpression } from "./expressions";
import type { BytesValue, DateValue, TimeValue, UuidValue } from "../fql/values/value";

/** A value of FQL v4. Integers are bigint, doubles number. */
export type V4Value =
  | null
  | boolean
  | string
  | bigint
  | number
  | readonly V4Value[]
  | V4Object
  | TimeValue
  | DateValue
  | BytesValue
  | UuidValue
  | TransactionTime
  | Ref
  | SetRef
  | Lambda
  | Page;

export type V4Object = ReadonlyMap<string, V4Value>;

/** The collections of schema documents, by the name that v4 has for them, and what one of them is called. */
export const SCHEMA_CLASSES = {
  collections: { system: "Collection", noun: "collection", type: "Collection Ref" },
  databases: { system: "Database", noun: "database", type: "Database Ref" },
  keys: { system: "Key", noun: "key", type: "Key Ref" },
  tokens: { system: "Token", noun: "token", type: "Ref" },
  credentials: { system: "Credential", noun: "credentials", type: "Ref" },
  functions: { system: "Function", noun: "function", type: "User Function Ref" },
  roles: { system: "Role", noun: "role", type: "Ref" },
  access_providers: { system: "AccessProvider", noun: "access provider", type: "Ref" },
  indexes: { system: "Index", noun: "index", type: "Index Ref" },
} as const;

export type SchemaClass = keyof typeof SCHEMA_CLASSES;

/** Collections of schema documents that have numbers, and no names. */
export const NUMBERED: readonly string[] = ["keys", "tokens", "credentials"];

/** `Ref(collection, id)`. The collections of schema documents have none themselves. */
export class Ref {
  readonly #database: Ref | null;

  constructor(
    readonly id: string,
    readonly collection: Ref | null,
    database: Ref | null = null,
  ) {
    this.#database = database;
  }

  static to(schemaClass: SchemaClass, name: string, database: Ref | null = null): Ref {
    return new Ref(name, new Ref(schemaClass, null, database));
  }

  /** The child database that it is in; null for the one that is asked. */
  get database(): Ref | null {
    return this.collection ? this.collection.database : this.#database;
  }

  /** The kind of schema document that this refers to; undefined for a user's document. */
  get schemaClass(): SchemaClass | undefined {
    const name = this.collection?.collection === null ? this.collection.id : undefined;
    return name !== undefined && name in SCHEMA_CLASSES ? (name as SchemaClass) : undefined;
  }
}

/** The name of a schema document that is not there for whoever names it. */
export class UndefinedRef extends Ref {}

/** Documents that `paginate`, `count` and their kin can go through. */
export class SetRef {
  constructor(
    /** A collection of the user's, or of schema documents. */
    readonly collection: Ref,
    /** What is made of its documents; null for all of them. */
    readonly view: SetView | null = null,
    /** All schema documents of a kind, which their collection stands for. */
    readonly isSchema: boolean = false,
  ) {}
}

export interface PageOptions {
  readonly size: number;
  readonly after?: V4Value | undefined;
  readonly before?: V4Value | undefined;
}

/** A set that is made of others, or of a document. */
export interface SetView {
  /** As answers show it. */
  readonly shown: Readonly<Record<string, V4Value>>;
  /** What it holds, in its order; `at` is where the set is asked for. */
  readonly elements: (at: readonly (string | number)[]) => readonly SetItem[];
  readonly order: SetOrder;
  /** How many values it lists of each document. */
  readonly width?: number;
  /** Which of them, and of the reference behind them, are in the other direction. */
  readonly reversed?: readonly boolean[];
  /** It passes over documents, so that there may be some before its first. */
  readonly sparse?: boolean;
  /** Cursors to the next page name the document twice. */
  readonly twiceInCursor?: boolean;
  /** Nothing is known of what came into it and left it. */
  readonly timeless?: boolean;
  /** A page of it, where it holds no documents: of what happened. */
  readonly page?: (options: PageOptions, at: readonly (string | number)[]) => Page;
}

/** Where in a set something is: what an index lists of a document, and the document, which a limit may leave out. */
export interface SetPlace {
  readonly values: readonly V4Value[];
  readonly ref?: Ref;
}

/** A document in a set. */
export interface SetItem extends SetPlace {
  readonly ref: Ref;
  /** The sets that it comes from, where they have a name. */
  readonly sources?: readonly SetRef[];
}

export type SetOrder = (a: SetPlace, b: SetPlace) => number;

/** What a set shows of a document: the values that its index lists, or else a reference. */
export function shownOf({ values, ref }: SetItem): V4Value {
  return values.length > 1 ? values : (values[0] ?? ref);
}

/** What `sources` names for a document of `documents(…)`; the server shows it as a set of nothing. */
export const UNNAMED_SOURCE: SetRef = new SetRef(new Ref("documents", null));

export class Lambda {
  constructor(
    readonly expression: LambdaExpression,
    readonly scope: Scope | null,
  ) {}

  get parameters(): LambdaExpression["parameters"] {
    return this.expression.parameters;
  }

  /** The variables of its surroundings that it uses, with their values. */
  get captured(): readonly (readonly [string, V4Value])[] {
    return [...this.expression.free.keys()].map((name) => [name, lookup(this.scope, name)]);
  }
}

/** One page of a set. */
export class Page {
  constructor(
    readonly data: readonly V4Value[],
    readonly before: V4Value | undefined,
    readonly after: V4Value | undefined,
    /** The cursor of each of its elements, whatever they are mapped to. */
    readonly cursors: readonly V4Value[] = [],
    /** The sets that each of its elements comes from, where they have names. */
    readonly sources: readonly (readonly SetRef[] | undefined)[] = [],
  ) {}

  with(data: readonly V4Value[]): Page {
    return new Page(data, this.before, this.after, this.cursors);
  }

  /** The first of its elements; the next page begins behind them. */
  take(count: number): Page {
    const after = count < 0 ? this.before : (this.cursors[count] ?? this.after);
    const kept = Math.max(count, 0);
    return new Page(this.data.slice(0, kept), this.before, after, this.cursors.slice(0, kept));
  }

  drop(count: number): Page {
    const left = this.cursors.slice(Math.max(count, 0));
    const before = count < 0 ? this.before : (left[0] ?? this.after);
    return new Page(this.data.slice(Math.max(count, 0)), before, this.after, left);
  }

  filter(keeps: readonly boolean[]): Page {
    const kept = <T>(items: readonly T[]): T[] => items.filter((_, i) => keeps[i]);
    return new Page(kept(this.data), this.before, this.after, kept(this.cursors));
  }

  toObject(): V4Object {
    const { before, after, data } = this;
    return object({ before, after, data });
  }
}

/** A document as answers show it: an object to look into, and none to write. */
export class DocumentView extends Map<string, V4Value> {}

/** What happened to a document, as pages show it. */
export class EventView extends Map<string, V4Value> {
  static of(fields: Readonly<Record<string, V4Value | undefined>>): EventView {
    return new EventView(object(fields));
  }
}

/** When a document was written that this very transaction writes: no number before it is over. */
export class TransactionTime {
  constructor(readonly micros: bigint) {}
}

/** Variables in scope, innermost first. */
export interface Scope {
  readonly name: string;
  readonly value: V4Value;
  readonly outer: Scope | null;
}

export function bind(outer: Scope | null, name: string, value: V4Value): Scope {
  return { name, value, outer };
}

export function lookup(scope: Scope | null, name: string): V4Value {
  for (let at = scope; at; at = at.outer) if (at.name === name) return at.value;
  return null;
}

/** An object of the fields that are there. */
export function object(fields: Readonly<Record<string, V4Value | undefined>>): V4Object {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return new Map(present as [string, V4Value][]);
}

export function isObject(value: V4Value): value is V4Object {
  return value instanceof Map;
}

export function isArray(value: V4Value): value is readonly V4Value[] {
  return Array.isArray(value);
}

type Tagged = TimeValue | DateValue | BytesValue | UuidValue;

export function isTagged<K extends Tagged["kind"]>(
  value: V4Value,
  kind: K,
): value is Extract<Tagged, { kind: K }> {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}
