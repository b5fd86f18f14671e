import { typeName } from "../type-names";
import { doubleText } from "../../fql/values/numbers";
import {
  DAY_NANOS,
  floorDivide,
  parseDate,
  parseTime,
  dateText,
  timeText,
} from "../../fql/values/times";
import { any } from "../casts";
import { each, invalidArgument, wrongType } from "../errors";
import { isArray, isObject, isTagged, type V4Value } from "../values";
import { define, type CallSite, type V4Function } from "./define";

const MILLI_NANOS = 1_000_000n;

/** A scalar as text; undefined for what has none. */
export function toText(value: V4Value): string | undefined {
  if (value === null) return "null";
  if (typeof value === "string") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (typeof value === "number") return doubleText(value);
  if (isTagged(value, "time")) return timeText(value);
  if (isTagged(value, "date")) return dateText(value);
  return isTagged(value, "uuid") ? value.text : undefined;
}

/** Some conversions name the argument where they fail, some the call. */
const AT_THE_ARGUMENT = new Set(["Double", "Integer", "Object", "Array"]);

function fail(name: string, value: V4Value, type: string, site: CallSite): Error {
  const position = AT_THE_ARGUMENT.has(type) ? site.at(name) : site.position;
  if (typeof value === "string" && (type === "Time" || type === "Date"))
    return invalidArgument(`Cannot cast '${value}' to a ${type.toLowerCase()}.`, position);
  return invalidArgument(`Cannot cast ${typeName(value)} to ${type}.`, position);
}

function conversionTo(
  name: string,
  type: string,
  convert: (value: V4Value) => V4Value | undefined,
): V4Function {
  return define({ [name]: any }, (args, site) => {
    const value = args[name] ?? null;
    const converted = convert(value);
    if (converted === undefined) throw fail(name, value, type, site);
    return converted;
  });
}

function toNumber(value: V4Value): bigint | number | undefined {
  if (typeof value === "bigint" || typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  // Java's `NumberFormat` reads as much of a number as there is, and what has no decimals is an integer.
  const [text = ""] = /^-?(?:\d[\d,]*(?:\.\d*)?|\.\d+)(?:E-?\d+)?/.exec(value.trim()) ?? [];
  if (!text) return undefined;
  const digits = text.replaceAll(",", "");
  if (/^-?\d+$/.test(digits) && BigInt.asIntN(64, BigInt(digits)) === BigInt(digits))
    return BigInt(digits);
  const number = Number(digits);
  return Number.isInteger(number) && Math.abs(number) < 2 ** 63 ? BigInt(number) : number;
}

const LONG = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/** What is too large for a long is the largest. */
function toLong(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (Math.abs(value) >= 2 ** 63) return value < 0 ? LONG.min : LONG.max;
  return BigInt(Math.trunc(value));
}

function toTime(value: V4Value): V4Value | undefined {
  if (typeof value === "bigint") return { kind: "time", nanos: value * MILLI_NANOS };
  if (typeof value === "string") return parseTime(value.trim()) ?? undefined;
  if (isTagged(value, "date")) return { kind: "time", nanos: BigInt(value.day) * DAY_NANOS };
  return isTagged(value, "time") ? value : undefined;
}

function toDate(value: V4Value): V4Value | undefined {
  if (typeof value === "string") return parseDate(value.trim()) ?? undefined;
  if (isTagged(value, "time"))
    return { kind: "date", day: Number(floorDivide(value.nanos, DAY_NANOS)) };
  return isTagged(value, "date") ? value : undefined;
}

export const conversion: readonly V4Function[] = [
  conversionTo("to_string", "String", toText),
  conversionTo("to_number", "Number", toNumber),
  conversionTo("to_double", "Double", (value) => {
    const number = toNumber(value);
    return number === undefined ? undefined : Number(number);
  }),
  conversionTo("to_integer", "Integer", (value) => {
    const number = toNumber(value);
    return typeof number === "number" ? toLong(number) : number;
  }),
  conversionTo("to_time", "Time", toTime),
  conversionTo("to_date", "Date", toDate),
  define({ to_array: any }, ({ to_array: value }, site) => {
    if (isArray(value)) return value;
    if (isObject(value)) return [...value].map(([key, item]): V4Value => [key, item]);
    throw fail("to_array", value, "Array", site);
  }),
  define({ to_object: any }, ({ to_object: value }, site) => {
    if (isObject(value)) return value;
    if (!isArray(value)) throw fail("to_object", value, "Object", site);
    return new Map(each(value, (pair, i) => fieldOf(pair, [...site.at("to_object"), i])));
  }),
];

function fieldOf(pair: V4Value, position: readonly (string | number)[]): [string, V4Value] {
  const [name, value] = isArray(pair) ? pair : [];
  if (typeof name !== "string" || value === undefined)
    throw wrongType(["Field/Value"], typeName(pair), position);
  return [name, value];
}
