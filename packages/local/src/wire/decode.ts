import { parseDecimal } from "../fql/values/decimals";
import { double, int, integer, long } from "../fql/values/numbers";
import { parseDate, parseTime } from "../fql/values/times";
import { array, NULL, object, type Value } from "../fql/values/value";
import { isNamed } from "../store/system";

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

function text(value: unknown, tag: string): string {
  if (typeof value !== "string") throw new InvalidValue(`${tag} requires a string value`);
  return value;
}

function bounded(value: unknown, tag: string, bits: 32 | 64): bigint {
  const digits = text(value, tag);
  const number = /^[+-]?\d+$/.test(digits) ? BigInt(digits) : null;
  if (number === null || BigInt.asIntN(bits, number) !== number)
    throw new InvalidValue(bits === 32 ? "invalid integer" : "invalid long");
  return number;
}

function decimal(value: unknown): number {
  const number = parseDecimal(text(value, "@double"));
  if (number === null) throw new InvalidValue("invalid double");
  return number;
}

function found<T>(value: T | null | undefined, complaint: string): T {
  if (value === null || value === undefined) throw new InvalidValue(complaint);
  return value;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

function bytes(value: unknown): Value {
  const base64 = text(value, "@bytes");
  if (!BASE64.test(base64)) throw new InvalidValue("invalid bytes");
  return { kind: "bytes", base64: Buffer.from(base64, "base64").toString("base64") };
}

function module(value: unknown, resolver: Resolver): Value {
  const name = text(value, "@mod");
  return found(resolver.module(name), `no such module '${name}'`);
}

/** `@ref` and `@doc`: an object with a collection, and the id or name in it. */
function reference(tag: string): (value: unknown, resolver: Resolver) => Value {
  return (value, resolver) => {
    const decoded = decodeTagged(value, resolver);
    if (typeof decoded === "string") return textReference(decoded, resolver);
    if (typeof decoded !== "object" || decoded.kind !== "object")
      throw new InvalidValue(`${tag} requires an object value`);
    const coll = found(decoded.fields.get("coll"), `${tag} field 'coll' is required`);
    if (typeof coll !== "object" || coll.kind !== "collection")
      throw new InvalidValue(`${tag} field 'coll' requires a module value`);
    const field = isNamed(coll.id) ? "name" : "id";
    const key = found(decoded.fields.get(field), `${tag} field '${field}' is required`);
    if (typeof key !== "string")
      throw new InvalidValue(`${tag} field '${field}' requires a string value`);
    if (field === "name")
      return found(resolver.document(coll, { name: key }), `no such schema object '${key}'`);
    if (!isLong(key)) throw new InvalidValue(`${tag} field 'id' must be an integer`);
    return found(resolver.document(coll, { id: BigInt(key) }), `invalid reference`);
  };
}

function isLong(text: string): boolean {
  return /^[+-]?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

/** `Coll:id`, an older form of a reference. */
function textReference(given: string, resolver: Resolver): Value {
  const parts = /^([^:]*):([^:]*)$/.exec(given);
  if (!parts) throw new InvalidValue("doc id must be in the format <coll>:<id>");
  const [, name = "", key = ""] = parts;
  const coll = resolver.module(name);
  if (typeof coll !== "object" || coll.kind !== "collection")
    throw new InvalidValue(`no such collection '${name}'`);
  if (isNamed(coll.id))
    return found(
      resolver.document(coll, { name: key }),
      `no such schema definition document '${key}'`,
    );
  if (!isLong(key)) throw new InvalidValue(`invalid document id '${key}'`);
  return found(resolver.document(coll, { id: BigInt(key) }), "invalid reference");
}

const TAGS: ReadonlyMap<string, (value: unknown, resolver: Resolver) => Value> = new Map<
  string,
  (value: unknown, resolver: Resolver) => Value
>([
  ["@int", (value) => int(Number(bounded(value, "@int", 32)))],
  ["@long", (value) => long(bounded(value, "@long", 64))],
  ["@double", (value) => double(decimal(value))],
  ["@time", (value) => found(parseTime(text(value, "@time")), "invalid time")],
  ["@date", (value) => found(parseDate(text(value, "@date")), "invalid date")],
  ["@bytes", bytes],
  ["@mod", module],
  ["@ref", reference("@ref")],
  ["@doc", reference("@doc")],
  [
    "@object",
    (value, resolver) =>
      fields(found(isObject(value) ? value : null, "@object requires an object value"), resolver),
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
  if (entries.some(([name]) => name.startsWith("@"))) {
    if (entries.length > 1) throw new InvalidValue("too many keys in tagged value");
    const [tag, inner] = entries[0]!;
    return found(TAGS.get(tag), `invalid tag '${tag}'`)(inner, resolver);
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
