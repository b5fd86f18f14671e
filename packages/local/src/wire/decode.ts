import { double, int, integer, long } from "../fql/values/numbers";
import { parseDate, parseTime } from "../fql/values/times";
import { array, NULL, object, type Value } from "../fql/values/value";

/** A value in a request that cannot be read. */
export class InvalidValue extends Error {
  override readonly name = "InvalidValue";
}

/** What `@mod` and `@ref` in a request stand for. */
export interface Resolver {
  /** A collection or module by name. */
  module(name: string): Value | undefined;
  /** A document of a collection by id or name. */
  document(
    collection: Value,
    key: { readonly id?: bigint; readonly name?: string },
  ): Value | undefined;
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown, what: string): string {
  if (typeof value !== "string") throw new InvalidValue(`invalid ${what}`);
  return value;
}

function bounded(value: unknown, bits: 32 | 64): bigint {
  const digits = text(value, bits === 32 ? "integer" : "long");
  const number = /^[+-]?\d+$/.test(digits) ? BigInt(digits) : null;
  if (number === null || BigInt.asIntN(bits, number) !== number)
    throw new InvalidValue(bits === 32 ? "invalid integer" : "invalid long");
  return number;
}

function decimal(value: unknown): number {
  const digits = text(value, "double");
  if (/^[+-]?Infinity$|^NaN$/.test(digits)) return Number(digits);
  const number = digits.trim() === "" ? Number.NaN : Number(digits);
  if (Number.isNaN(number)) throw new InvalidValue("invalid double");
  return number;
}

function found<T>(value: T | null | undefined, complaint: string): T {
  if (value === null || value === undefined) throw new InvalidValue(complaint);
  return value;
}

function reference(value: unknown, resolver: Resolver): Value {
  if (!isObject(value)) throw new InvalidValue("invalid reference");
  const module = isObject(value["coll"]) ? value["coll"]["@mod"] : value["coll"];
  const collection = found(
    resolver.module(text(module, "reference")),
    `no such module '${String(module)}'`,
  );
  const { id, name } = value;
  const key =
    typeof id === "string" && /^\d+$/.test(id)
      ? { id: BigInt(id) }
      : typeof name === "string"
        ? { name }
        : null;
  return found(key && resolver.document(collection, key), "invalid reference");
}

const TAGS: ReadonlyMap<string, (value: unknown, resolver: Resolver) => Value> = new Map<
  string,
  (value: unknown, resolver: Resolver) => Value
>([
  ["@int", (value) => int(Number(bounded(value, 32)))],
  ["@long", (value) => long(bounded(value, 64))],
  ["@double", (value) => double(decimal(value))],
  ["@time", (value) => found(parseTime(text(value, "time")), "invalid time")],
  ["@date", (value) => found(parseDate(text(value, "date")), "invalid date")],
  ["@bytes", (value) => ({ kind: "bytes", base64: text(value, "bytes") })],
  [
    "@mod",
    (value, resolver) =>
      found(resolver.module(text(value, "module")), `no such module '${String(value)}'`),
  ],
  ["@ref", reference],
  ["@doc", reference],
  [
    "@object",
    (value, resolver) => fields(found(isObject(value) ? value : null, "invalid object"), resolver),
  ],
]);

function fields(value: Json, resolver: Resolver): Value {
  return object(
    Object.entries(value).map(([name, each]): [string, Value] => [
      name,
      decodeTagged(each, resolver),
    ]),
  );
}

/** A value in which numbers, times, documents and so on are tagged. */
export function decodeTagged(value: unknown, resolver: Resolver): Value {
  if (value === null || value === undefined) return NULL;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" || typeof value === "bigint")
    throw new InvalidValue("numbers must be tagged");
  if (Array.isArray(value)) return array(value.map((item) => decodeTagged(item, resolver)));
  const entries = Object.entries(value as Json);
  const [first] = entries;
  if (first?.[0].startsWith("@") && entries.length === 1) {
    return found(TAGS.get(first[0]), `invalid tag '${first[0]}'`)(first[1], resolver);
  }
  return fields(value as Json, resolver);
}

/** A value of plain JSON. */
export function decodeSimple(value: unknown): Value {
  if (value === null || value === undefined) return NULL;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return integer(value);
  if (typeof value === "number") return Number.isInteger(value) ? integer(value) : double(value);
  if (Array.isArray(value)) return array(value.map(decodeSimple));
  return object(
    Object.entries(value as Json).map(([name, each]): [string, Value] => [
      name,
      decodeSimple(each),
    ]),
  );
}
