import { NULL, type DocVersion, type Value } from "../fql/values/value";
import type { Change, Commit, PastChange } from "../store";

type ChangeRecord = [coll: number, id: string, version: StoredVersion | null];
/** Without a version nothing happened at the time after all. */
type PastRecord = [coll: number, id: string, ts: number, version?: StoredVersion | null];

type CommitRecord = [ts: number, ChangeRecord[], PastRecord[]?, pinned?: number | null];

/** A commit as one line of JSON. */
export function encodeCommit({ ts, changes, past = [], pinned }: Commit): string {
  const records = changes.map(({ coll, id, after }): ChangeRecord => [
    coll,
    String(id),
    after && encodeVersion(after),
  ]);
  const earlier = past.map(({ coll, id, ts: at, version }): PastRecord => {
    const head = [coll, String(id), at] as const;
    return version === undefined ? [...head] : [...head, version && encodeVersion(version)];
  });
  const rest = pinned === undefined ? (earlier.length ? [earlier] : []) : [earlier, pinned];
  return JSON.stringify([ts, records, ...rest]);
}

/** Reads what {@link encodeCommit} wrote. What a document was before is not told. */
export function decodeCommit(line: string): Commit {
  const [ts, records, earlier, pinned] = JSON.parse(line) as CommitRecord;
  const changes = records.map(([coll, text, stored]): Change => {
    const id = BigInt(text);
    return { coll, id, before: null, after: stored && decodeVersion(coll, id, ts, stored) };
  });
  const past = earlier?.map(([coll, text, at, stored]): PastChange => {
    const id = BigInt(text);
    return { coll, id, ts: at, version: stored && decodeVersion(coll, id, at, stored) };
  });
  return { ts, changes, ...(past?.length && { past }), ...(pinned !== undefined && { pinned }) };
}

/** The time to live is in nanoseconds. */
type StoredVersion = [data: unknown, ttl?: string];

function encodeVersion({ data, ttl }: DocVersion): StoredVersion {
  const encoded = encodeFields(data);
  return ttl === undefined ? [encoded] : [encoded, String(ttl)];
}

function decodeVersion(
  coll: number,
  id: bigint,
  ts: number,
  [data, ttl]: StoredVersion,
): DocVersion {
  const fields = decodeFields(data as [string, unknown][]);
  return { coll, id, ts, data: fields, ...(ttl === undefined ? {} : { ttl: BigInt(ttl) }) };
}

function encodeFields(fields: ReadonlyMap<string, Value>): [string, unknown][] {
  return [...fields].map(([name, value]) => [name, encodeValue(value)]);
}

function decodeFields(fields: [string, unknown][]): Map<string, Value> {
  return new Map(fields.map(([name, value]) => [name, decodeValue(value)]));
}

/** Text and truth values as they are, everything else as `[kind, …]`. */
function encodeValue(value: Value): unknown {
  if (typeof value !== "object") return value;
  switch (value.kind) {
    case "null":
      return null;
    case "int":
      return ["int", value.value];
    case "double":
      return ["double", Object.is(value.value, -0) ? "-0" : String(value.value)];
    case "long":
    case "id":
      return [value.kind, String(value.value)];
    case "time":
      return ["time", String(value.nanos)];
    case "date":
      return ["date", value.day];
    case "bytes":
      return ["bytes", value.base64];
    case "uuid":
    case "query":
      return [value.kind, value.text];
    case "array":
      return ["array", value.items.map(encodeValue)];
    case "object":
      return ["object", encodeFields(value.fields)];
    case "doc":
      return [
        "doc",
        value.coll,
        String(value.id),
        ...(value.name === undefined ? [] : [value.name]),
      ];
    default:
      throw new TypeError(`A ${value.kind} is not stored`);
  }
}

const DECODERS: Readonly<Record<string, (parts: unknown[]) => Value>> = {
  int: ([value]) => ({ kind: "int", value: value as number }),
  double: ([value]) => ({ kind: "double", value: Number(value) }),
  long: ([value]) => ({ kind: "long", value: BigInt(value as string) }),
  id: ([value]) => ({ kind: "id", value: BigInt(value as string) }),
  time: ([nanos]) => ({ kind: "time", nanos: BigInt(nanos as string) }),
  date: ([day]) => ({ kind: "date", day: day as number }),
  uuid: ([text]) => ({ kind: "uuid", text: text as string }),
  query: ([text]) => ({ kind: "query", text: text as string }),
  bytes: ([base64]) => ({ kind: "bytes", base64: base64 as string }),
  array: ([items]) => ({ kind: "array", items: (items as unknown[]).map(decodeValue) }),
  object: ([fields]) => ({ kind: "object", fields: decodeFields(fields as [string, unknown][]) }),
  doc: ([coll, id, name]) => ({
    kind: "doc",
    coll: coll as number,
    id: BigInt(id as string),
    ...(typeof name === "string" ? { name } : {}),
  }),
};

function decodeValue(encoded: unknown): Value {
  if (encoded === null) return NULL;
  if (typeof encoded === "string" || typeof encoded === "boolean") return encoded;
  const [kind, ...parts] = encoded as [string, ...unknown[]];
  const decode = DECODERS[kind];
  if (!decode) throw new TypeError(`Unknown value ${kind}`);
  return decode(parts);
}
