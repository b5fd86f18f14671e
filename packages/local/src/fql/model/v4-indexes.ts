import type { Database } from "../../store/database";
import { SYSTEM_COLLECTIONS } from "../../store/system";
import type { IndexSpec } from "../../store/index-store";
import type { Context } from "./context";
import { caseFolded } from "../values/case-fold";
import { integer } from "../values/numbers";
import {
  array,
  asText,
  isNull,
  NULL,
  object,
  type DocVersion,
  type Value,
  fieldsOf,
} from "../values/value";
import { listed } from "./permissions";
import { isQuery, pureFunction } from "./queries";

/** What the name of an index of FQL v4 begins with in the store. */
export const V4_INDEX_PREFIX = "v4 ";

export function v4IndexName(version: DocVersion): string {
  return V4_INDEX_PREFIX + asText(version.data.get("name"));
}

/** The collections that an index is of; `_` stands for all that there are. */
export function sourcesOf(db: Database, { data }: DocVersion): number[] {
  const all = (): number[] => db.systemDocuments("Collection").map(({ id }) => Number(id));
  return listed(data.get("source")).flatMap((source) =>
    source === "_" || fieldOf(source, "collection") === "_" ? all() : collectionsOf(source),
  );
}

function collectionsOf(source: Value): number[] {
  const of = fieldOf(source, "collection") ?? fieldOf(source, "class") ?? source;
  return listed(of).flatMap((each) =>
    typeof each === "object" && each.kind === "doc" ? [Number(each.id)] : [],
  );
}

function fieldOf(value: Value, name: string): Value | undefined {
  return fieldsOf(value).get(name);
}

type Path = readonly Value[];

/** A part of a document by its path in FQL v4, where the fields of the user's are under `data`. */
function partOf(version: DocVersion, [first, ...rest]: Path): Value {
  if (first === "ref") return partOfRef(version, rest);
  if (first === "ts") return integer(version.ts);
  if (first === "ttl")
    return version.ttl === undefined ? NULL : { kind: "time", nanos: version.ttl };
  return first === "data" ? walk({ kind: "object", fields: version.data }, rest) : NULL;
}

function partOfRef({ coll, id }: DocVersion, [part, ...more]: Path): Value {
  if (part === undefined) return { kind: "doc", coll, id };
  if (part === "id") return more.length ? NULL : String(id);
  if (part !== "collection" && part !== "class") return NULL;
  const collection = { coll: SYSTEM_COLLECTIONS.Collection, id: BigInt(coll) };
  return more.length ? NULL : { kind: "doc", ...collection };
}

/** A step by name goes into each element of an array. */
function walk(value: Value, [step, ...rest]: Path): Value {
  if (step === undefined || typeof value !== "object") return step === undefined ? value : NULL;
  if (value.kind === "object" && typeof step === "string")
    return walk(value.fields.get(step) ?? NULL, rest);
  if (value.kind !== "array") return NULL;
  if (typeof step === "object" && step.kind === "int")
    return walk(value.items[step.value] ?? NULL, rest);
  const found = value.items.map((item) => walk(item, [step, ...rest]));
  return array(found.filter((item) => !isNull(item)));
}

function flat(value: Value): Value {
  if (typeof value !== "object" || value.kind !== "array") return value;
  return array(value.items.flatMap((item) => listed(flat(item))));
}

interface Entry {
  readonly read: (version: DocVersion) => Value;
  readonly mva: boolean;
  readonly desc: boolean;
}

/** Other than in FQL v10 arrays are taken apart unless `mva` says no. */
function entry(cx: Context, value: Value, source: Value | undefined): Entry {
  const binding = fieldOf(value, "binding");
  const bound = typeof binding === "string" ? boundTo(cx, binding, source) : undefined;
  const path = listed(fieldOf(value, "field"));
  const mva = fieldOf(value, "mva") !== false;
  const casefold = fieldOf(value, "transform") === "casefold";
  const read = (version: DocVersion): Value => {
    const found = bound ? bound(version) : partOf(version, path);
    const whole = mva ? flat(found) : found;
    return casefold ? folded(whole) : whole;
  };
  return { read, mva, desc: fieldOf(value, "reverse") === true };
}

function folded(value: Value): Value {
  if (typeof value === "string") return caseFolded(value);
  return typeof value === "object" && value.kind === "array"
    ? array(value.items.map(folded))
    : value;
}

/** What a function of the index's source makes of a document, as FQL v4 shows it. */
function boundTo(
  cx: Context,
  name: string,
  source: Value | undefined,
): (version: DocVersion) => Value {
  const functions = listed(source).flatMap((each) => {
    const query = fieldOf(fieldOf(each, "fields") ?? NULL, name);
    if (!isQuery(query)) return [];
    return [{ collections: collectionsOf(each), run: pureFunction(cx, query) }];
  });
  return (version) => {
    const found = functions.find(({ collections }) => collections.includes(version.coll));
    const ref = { kind: "doc", coll: version.coll, id: version.id } as const;
    const fields: [string, Value][] = [
      ["ref", ref],
      ["ts", integer(version.ts)],
      ["data", object(version.data)],
    ];
    return found?.run(object(fields)) ?? NULL;
  };
}

function specOf(cx: Context, { data }: DocVersion): IndexSpec {
  const entryOf = (value: Value): Entry => entry(cx, value, data.get("source"));
  return {
    terms: listed(data.get("terms")).map(entryOf),
    values: listed(data.get("values")).map(entryOf),
    skipsNulls: true,
  };
}

/** The indexes of FQL v4 that may list the same of one document of a collection only. */
export function uniqueV4Indexes(cx: Context, coll: number): string[] {
  return cx.db
    .systemDocuments("Index")
    .filter(({ data }) => data.get("unique") === true)
    .filter((version) => sourcesOf(cx.db, version).includes(coll))
    .map(v4IndexName);
}

/** Builds an index of FQL v4 in the store, or with `drop` takes it out. */
export function applyV4Index(cx: Context, version: DocVersion, drop = false): void {
  for (const coll of sourcesOf(cx.db, version))
    cx.tx.defineIndex(coll, v4IndexName(version), drop ? null : specOf(cx, version));
}

/** A new collection is in the indexes of all. */
export function indexNewCollection(cx: Context, coll: number): void {
  for (const version of cx.db.systemDocuments("Index"))
    if (listed(version.data.get("source")).includes("_"))
      cx.tx.defineIndex(coll, v4IndexName(version), specOf(cx, version));
}

/** The indexes of nothing but one collection go with it. */
export function dropV4Indexes(cx: Context, coll: number): void {
  for (const version of cx.db.systemDocuments("Index")) {
    const sources = listed(version.data.get("source"));
    const of = sources.includes("_") ? [] : [...new Set(sourcesOf(cx.db, version))];
    if (of.length !== 1 || of[0] !== coll) continue;
    applyV4Index(cx, version, true);
    cx.tx.remove(version.coll, version.id);
  }
}

/** How many values an index lists of each document. */
export function valueCount({ data }: DocVersion): number {
  return listed(data.get("values")).length;
}

/** Which of the values that an index lists are in the other direction. */
export function reversedValues({ data }: DocVersion): boolean[] {
  return listed(data.get("values")).map((value) => fieldOf(value, "reverse") === true);
}
