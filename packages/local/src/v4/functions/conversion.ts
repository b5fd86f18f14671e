import { parseDate, parseTime, dateText, timeText } from "../../fql/values/times";
import { any } from "../casts";
import { invalidArgument, wrongType } from "../errors";
import { isArray, isObject, isTagged, SetRef, typeName, type V4Value } from "../values";
import { define, type CallSite, type V4Function } from "./define";

const DAY_NANOS = 86_400_000_000_000n;

/** A scalar as text; undefined for what has none. */
export function toText(value: V4Value): string | undefined {
  if (value === null) return "null";
  if (typeof value === "string") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (typeof value === "number") return Number.isInteger(value) ? value.toFixed(1) : String(value);
  if (isTagged(value, "time")) return timeText(value);
  if (isTagged(value, "date")) return dateText(value);
  return undefined;
}

/** Some conversions are what the server makes of a literal, and fail where the literal would. */
const AT_THE_CALL = new Set(["Number", "Time", "Date"]);

function fail(name: string, value: V4Value, type: string, site: CallSite): Error {
  const position =
    typeof value === "string" && AT_THE_CALL.has(type) ? site.position : site.at(name);
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

function toNumber(value: V4Value): V4Value | undefined {
  if (typeof value === "bigint" || typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  // The server reads as much of a number as there is.
  const [text = ""] = /^-?\d+(?:\.\d+)?(?:E-?\d+)?/.exec(value) ?? [];
  if (!text) return undefined;
  return /^-?\d+$/.test(text) ? BigInt(text) : Number(text);
}

function whole(value: V4Value): V4Value | undefined {
  return typeof value === "string" && !/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)
    ? undefined
    : toNumber(value);
}

function toTime(value: V4Value): V4Value | undefined {
  if (typeof value === "string") return parseTime(value) ?? undefined;
  if (isTagged(value, "date")) return { kind: "time", nanos: BigInt(value.day) * DAY_NANOS };
  return isTagged(value, "time") ? value : undefined;
}

function toDate(value: V4Value): V4Value | undefined {
  if (typeof value === "string") return parseDate(value) ?? undefined;
  if (isTagged(value, "time")) return { kind: "date", day: Number(value.nanos / DAY_NANOS) };
  return isTagged(value, "date") ? value : undefined;
}

export const conversion: readonly V4Function[] = [
  conversionTo("to_string", "String", toText),
  conversionTo("to_number", "Number", toNumber),
  conversionTo("to_double", "Double", (value) => {
    const number = whole(value);
    return number === undefined ? undefined : Number(number);
  }),
  conversionTo("to_integer", "Integer", (value) => {
    const number = whole(value);
    return number === undefined ? undefined : BigInt(Math.trunc(Number(number)));
  }),
  conversionTo("to_time", "Time", toTime),
  conversionTo("to_date", "Date", toDate),
  define({ to_array: any }, ({ to_array: value }, site) => {
    if (isArray(value)) return value;
    if (isObject(value)) return [...value].map(([key, item]): V4Value => [key, item]);
    if (value instanceof SetRef)
      throw invalidArgument("Cannot cast Set to Array.", site.at("to_array"));
    throw wrongType(["Array", "Object"], typeName(value), site.at("to_array"));
  }),
  define({ to_object: any }, ({ to_object: value }, site) => {
    if (isObject(value)) return value;
    if (!isArray(value)) throw fail("to_object", value, "Object", site);
    return new Map(value.map((pair, i) => fieldOf(pair, [...site.at("to_object"), i])));
  }),
];

function fieldOf(pair: V4Value, position: readonly (string | number)[]): [string, V4Value] {
  const [name, value] = isArray(pair) ? pair : [];
  if (typeof name !== "string" || value === undefined)
    throw wrongType(["Field/Value"], typeName(pair), position);
  return [name, value];
}
