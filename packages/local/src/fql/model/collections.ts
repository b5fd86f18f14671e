import { hashOrder } from "./hash-order";
import { activeVersion } from "../../store/active-schema";
import { buildOrder, type IndexShape } from "./index-order";
import { SYSTEM_COLLECTIONS } from "../../store/system";
import type { IndexSpec } from "../../store/index-store";
import { applyLambda, evaluate } from "./calls";
import type { Database } from "../../store/database";
import { contextOf } from "./active-context";
import type { Context } from "./context";
import { parseExpression, parseLambda } from "../parser";
import {
  asText,
  isNull,
  NULL,
  type DocValue,
  type DocVersion,
  type LambdaValue,
  type ObjectValue,
  type Value,
} from "../values/value";
import type { Expr } from "../ast";
import { parseShape } from "./shape-text";
import type { Shape } from "./shape";
import { listed } from "./permissions";
import { CheckError, QueryError } from "../errors";
import { isIndexable } from "../values/indexable";
import { timeFromMicros } from "../values/times";
import { V4_INDEX_PREFIX } from "./v4-indexes";

export interface FieldDefinition {
  readonly shape: Shape;
  readonly initial?: Expr;
}
export interface CheckConstraint {
  readonly name: string;
  readonly body: LambdaValue;
}
export interface IndexDefinition {
  readonly terms: readonly { readonly path: readonly string[]; readonly mva: boolean }[];
  readonly values: readonly {
    readonly path: readonly string[];
    readonly mva: boolean;
    readonly desc: boolean;
  }[];
}

/** An index of the user's, which may be kept up to date without being called. */
export interface UserIndexDefinition extends IndexDefinition {
  readonly queryable: boolean;
}

/** What a `Collection` document says about the documents of the collection. */
export interface CollectionDefinition {
  readonly name: string;
  readonly indexes: ReadonlyMap<string, UserIndexDefinition>;
  readonly unique: readonly (readonly {
    readonly path: readonly string[];
    readonly mva: boolean;
  }[])[];
  readonly checks: readonly CheckConstraint[];
  readonly computed: ReadonlyMap<string, LambdaValue>;
  readonly fields: ReadonlyMap<string, FieldDefinition> | null;
  readonly wildcard: Shape | null;
  readonly ttlDays: number | null;
}

const NONE: CollectionDefinition = {
  name: "",
  indexes: new Map(),
  unique: [],
  checks: [],
  computed: new Map(),
  fields: null,
  wildcard: null,
  ttlDays: null,
};
const DEFINITIONS = new WeakMap<DocVersion, CollectionDefinition>();

/** The definition of a collection; of a system collection an empty one. */
export function definitionOf(cx: Context, coll: number): CollectionDefinition {
  const version = activeVersion(cx.db, SYSTEM_COLLECTIONS.Collection, BigInt(coll), cx.tx.ts);
  return version ? compileDefinition(cx, version) : NONE;
}

function entries(value: Value | undefined): [string, ObjectValue][] {
  if (typeof value !== "object" || value.kind !== "object") return [];
  return [...value.fields].flatMap(([name, field]): [string, ObjectValue][] =>
    typeof field === "object" && field.kind === "object" ? [[name, field]] : [],
  );
}

function compileLambda(cx: Context, text: Value | undefined, name: string): LambdaValue {
  return evaluate(cx, parseLambda({ name, text: asText(text) }), null) as LambdaValue;
}

/** `owner`, `.owner.name` or `.owner["a b"]` as names. */
export function parsePath(text: string): string[] {
  return [...text.matchAll(/\[\s*(?:"([^"]*)"|'([^']*)'|(\d+))\s*\]|([^.[\]]+)/g)].map(
    (part) => part[1] ?? part[2] ?? part[3] ?? part[4]!.trim(),
  );
}

function pathOf(value: Value): { path: string[]; mva: boolean } {
  if (typeof value === "string") return { path: parsePath(value), mva: false };
  const fields = (value as ObjectValue).fields;
  return { path: parsePath(asText(fields.get("field"))), mva: fields.get("mva") === true };
}

function compileIndex(value: ObjectValue): UserIndexDefinition {
  return {
    queryable: value.fields.get("queryable") !== false,
    terms: listed(value.fields.get("terms")).map(pathOf),
    values: listed(value.fields.get("values")).map((each) => ({
      ...pathOf(each),
      desc:
        typeof each === "object" && each.kind === "object" && each.fields.get("order") === "desc",
    })),
  };
}

function compileDefinition(cx: Context, version: DocVersion): CollectionDefinition {
  const known = DEFINITIONS.get(version);
  if (known) return known;
  const { data } = version;
  const name = asText(data.get("name"));
  const constraints = listed(data.get("constraints")).filter(
    (each): each is ObjectValue => typeof each === "object" && each.kind === "object",
  );
  const checks = constraints.flatMap((each) =>
    entries({ kind: "object", fields: each.fields }).filter(([kind]) => kind === "check"),
  );
  const fields = entries(data.get("fields"));
  const wildcard = data.get("wildcard");
  const days = data.get("ttl_days");
  const compiled: CollectionDefinition = {
    name,
    indexes: new Map(
      entries(data.get("indexes")).map(([index, value]) => [index, compileIndex(value)]),
    ),
    unique: constraints.flatMap((each) =>
      each.fields.has("unique") ? [listed(each.fields.get("unique")).map(pathOf)] : [],
    ),
    checks: checks.map(([, check]) => {
      const checkName = asText(check.fields.get("name"));
      return {
        name: checkName,
        body: compileLambda(cx, check.fields.get("body"), `*check_constraint:${checkName}*`),
      };
    }),
    computed: new Map(
      hashOrder(new Map(entries(data.get("computed_fields")))).map(([field, value]) => [
        field,
        compileLambda(cx, value.fields.get("body"), `*computed_field:${name}:${field}*`),
      ]),
    ),
    fields: fields.length
      ? new Map(fields.map(([field, value]) => [field, compileField(name, field, value)]))
      : null,
    wildcard: typeof wildcard === "string" ? parseShape(wildcard) : null,
    ttlDays: typeof days === "object" && days.kind === "int" ? days.value : null,
  };
  DEFINITIONS.set(version, compiled);
  return compiled;
}

function compileField(collection: string, name: string, value: ObjectValue): FieldDefinition {
  const shape = parseShape(asText(value.fields.get("signature")) || "Any");
  const initial = value.fields.get("default");
  if (typeof initial !== "string") return { shape };
  return {
    shape,
    initial: parseExpression({ name: `*field:${collection}:${name}*`, text: initial }),
  };
}

/** A part of a version by path, computed fields included; null when missing, and where an index cannot hold it. */
function readPath(
  cx: Context,
  definition: CollectionDefinition,
  version: DocVersion,
  path: readonly string[],
): Value {
  const [first = "", ...rest] = path;
  if (first === "id") return rest.length ? NULL : { kind: "id", value: version.id };
  let value = topField(cx, definition, version, first);
  for (const name of rest) {
    if (typeof value !== "object") return NULL;
    if (value.kind === "object") value = value.fields.get(name) ?? NULL;
    else if (value.kind === "array" && /^\d+$/.test(name))
      value = value.items[Number(name)] ?? NULL;
    else return NULL;
  }
  return isIndexable(value) ? value : NULL;
}

function topField(
  cx: Context,
  definition: CollectionDefinition,
  version: DocVersion,
  name: string,
): Value {
  if (name === "ts") return timeFromMicros(version.ts);
  if (name === "ttl")
    return version.ttl === undefined ? NULL : { kind: "time", nanos: version.ttl };
  if (name === "data") return { kind: "object", fields: version.data };
  const computed = definition.computed.get(name);
  return computed ? indexedValue(cx, computed, version) : (version.data.get(name) ?? NULL);
}

const IN_INDEXES = { allowed: "none", where: "computed fields that are indexed" } as const;

/** What an index knows of a computed field: nothing where it fails, or reads something else. */
function indexedValue(cx: Context, body: LambdaValue, version: DocVersion): Value {
  const doc: DocValue = { kind: "doc", coll: version.coll, id: version.id, version };
  try {
    return cx.withEffect(IN_INDEXES, () => applyLambda(cx, body, [doc]));
  } catch (error) {
    if (error instanceof QueryError || error instanceof CheckError) return NULL;
    throw error;
  }
}

/** How the store is to build an index. */
export function indexSpec(
  db: Database,
  definition: CollectionDefinition,
  index: IndexDefinition,
): IndexSpec {
  const reader =
    (path: readonly string[]) =>
    (version: DocVersion): Value => {
      // The index outlives the query that defines it: computed fields run in the query that writes.
      const value = readPath(contextOf(db), definition, version, path);
      return isNull(value) ? NULL : value;
    };
  return {
    terms: index.terms.map(({ path, mva }) => ({ read: reader(path), mva })),
    values: index.values.map(({ path, mva, desc }) => ({ read: reader(path), mva, desc })),
  };
}

/** The name of a unique constraint's index in the store; no two constraints of a collection have the same terms. */
export function uniqueIndexName(terms: CollectionDefinition["unique"][number]): string {
  return `unique ${JSON.stringify(terms.map(({ path, mva }) => [path, mva]))}`;
}
/** What the name of an index of the user's begins with in the store. */
export const INDEX_PREFIX = "index ";
export function userIndexName(name: string): string {
  return INDEX_PREFIX + name;
}

/** Builds the indexes that a new definition asks for, and drops those it no longer has. */
export function applyDefinition(cx: Context, version: DocVersion, before: DocVersion | null): void {
  const coll = Number(version.id);
  const definition = compileDefinition(cx, version);
  const wanted = new Map<string, IndexDefinition>([
    ...[...definition.indexes].map(([name, index]): [string, IndexDefinition] => [
      userIndexName(name),
      index,
    ]),
    ...definition.unique.map((terms): [string, IndexDefinition] => [
      uniqueIndexName(terms),
      { terms, values: [] },
    ]),
  ]);
  const same =
    before &&
    ["indexes", "constraints", "computed_fields"].every(
      (field) => before.data.get(field) === version.data.get(field),
    );
  if (same) return;
  for (const name of cx.db.collection(coll).indexNames()) {
    const own = name !== "all" && !name.startsWith(V4_INDEX_PREFIX);
    if (own && !wanted.has(name)) cx.tx.defineIndex(coll, name, null);
  }
  // The store keeps the order in which they were first defined.
  for (const { name } of buildOrder(shapesOf(version, wanted)))
    cx.tx.defineIndex(coll, name, indexSpec(cx.db, definition, wanted.get(name)!));
}

function shapesOf(
  version: DocVersion,
  indexes: ReadonlyMap<string, IndexDefinition>,
): (IndexShape & { readonly name: string })[] {
  const computed = new Map(entries(version.data.get("computed_fields")));
  const shape = <T extends { readonly path: readonly string[] }>(
    read: T,
  ): T & { body?: string } => {
    const field = computed.get(read.path[0]!);
    return field ? { ...read, body: asText(field.fields.get("body")) } : read;
  };
  return [...indexes].map(([name, { terms, values }]) => ({
    name,
    terms: terms.map(shape),
    values: values.map(shape),
  }));
}
