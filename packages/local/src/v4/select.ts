import {
  DocumentView,
  EventView,
  isArray,
  isObject,
  Page,
  Ref,
  SetRef,
  type V4Object,
  type V4Value,
} from "./values";

/** One step into a value; undefined when there is nothing. */
export function field(value: V4Value, key: string | bigint): V4Value | undefined {
  if (value instanceof Page)
    return typeof key === "bigint" ? value.data[Number(key)] : field(value.toObject(), key);
  if (value instanceof Ref) return refPart(value, key);
  if (value instanceof SetRef) return key === "@set" ? partsOf(value) : undefined;
  if (typeof key === "bigint") return isArray(value) ? value[Number(key)] : undefined;
  if (!isObject(value)) return undefined;
  return value.has(key) ? value.get(key) : hiddenPart(value, key);
}

/** What documents and events do not show is there all the same, under the names of earlier days. */
function hiddenPart(value: V4Object, key: string): V4Value | undefined {
  if (value instanceof EventView && /^(resource|instance)$/.test(key)) return value.get("document");
  const ref = value instanceof DocumentView && key === "class" ? value.get("ref") : undefined;
  return ref instanceof Ref ? ref.collection : undefined;
}

/** What a set is made of. */
function partsOf({ collection, view }: SetRef): V4Value {
  return view ? new Map(Object.entries(view.shown)) : collection;
}

/** A reference has an id, the collection that it is in, and perhaps another database. */
function refPart({ id, collection, database }: Ref, key: string | bigint): V4Value | undefined {
  if (key === "id") return id;
  if (key === "database" && database) return database;
  if (key !== "collection" && key !== "class") return undefined;
  return collection ?? new Ref("collections", null, database);
}

/** What is at a path; undefined when there is nothing. */
export function selectOne(value: V4Value, path: readonly (string | bigint)[]): V4Value | undefined {
  let at: V4Value | undefined = value;
  for (const key of path) at = at === undefined ? undefined : field(at, key);
  return at;
}

/** Everything at a path, where a step by name goes into each element of an array. */
export function* selectAll(value: V4Value, path: readonly (string | bigint)[]): Generator<V4Value> {
  const [key, ...rest] = path;
  if (key === undefined) {
    if (isArray(value)) for (const item of value) yield* selectAll(item, path);
    else yield value;
    return;
  }
  const direct = field(value, key);
  if (direct !== undefined) yield* selectAll(direct, rest);
  else if (isArray(value)) for (const item of value) yield* selectAll(item, path);
}
