import { typeName } from "../type-names";
import { calendarOf, dateText, DAY_NANOS, floorDivide, timeText } from "../../fql/values/times";
import { invalidArgument, type Position, wrongType } from "../errors";
import { Renderer } from "../render";
import { isTagged, type V4Value } from "../values";
import { toText } from "./conversion";
import type { CallSite } from "./define";
import { momentPart } from "./format-moments";

/** `%[index$][flags][width][.precision][t]conversion`, as Java's formatter reads it. */
const SPECIFIER = /%(\d+\$)?([-#+ 0,(<]*)(\d+)?(\.\d+)?([tT])?([a-zA-Z%@^])?/g;
const CONVERSIONS = "feEgGdxXosSbB@^";

interface Specifier {
  readonly whole: string;
  readonly index: number;
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly moment: string | undefined;
  readonly kind: string;
}

function specifierOf(found: RegExpMatchArray): Specifier {
  const [whole, index, flags = "", width, precision, moment, kind = ""] = found;
  const number = (text: string | undefined, from = 0): number | undefined =>
    text === undefined ? undefined : Number(text.slice(from));
  return {
    whole: index === undefined ? whole : `%${whole.slice(index.length + 1)}`,
    index: index === undefined ? 0 : parseInt(index, 10),
    flags,
    width: number(width),
    precision: number(precision, 1),
    moment,
    kind,
  };
}

function isRaw({ kind, moment }: Specifier): boolean {
  return moment === undefined && (kind === "%" || kind === "n");
}

/** Flags that contradict each other, or that a conversion does not take. */
function isMalformed({ flags, width, precision, kind, moment }: Specifier): boolean {
  const has = (flag: string): boolean => flags.includes(flag);
  if (has("<") || ((has("-") || has("0")) && width === undefined)) return true;
  if ((has("-") && has("0")) || (has("+") && has(" "))) return true;
  if (moment !== undefined) return precision !== undefined || /[#+ 0,(]/.test(flags);
  if (/[dxXo]/.test(kind)) {
    if (precision !== undefined) return true;
    return kind === "d" ? has("#") : /[+ ,(]/.test(flags);
  }
  if (/[sSbB]/.test(kind)) return /[#+ 0,(]/.test(flags);
  return /[eE]/.test(kind) && has(",");
}

/** A text in which specifiers stand for values. */
export function formatted(format: string, values: readonly V4Value[], site: CallSite): string {
  const at = site.at("format");
  const specifiers = [...format.matchAll(SPECIFIER)].map(specifierOf);
  const unknown = specifiers.find(
    (of) => !isRaw(of) && of.moment === undefined && !(of.kind && CONVERSIONS.includes(of.kind)),
  );
  if (unknown) throw invalidArgument(`Invalid conversion format '${unknown.whole}'.`, at);
  let last = 0;
  const texts = specifiers.map((of): string => {
    if (isRaw(of)) return of.kind === "%" ? "%" : "\n";
    const index = of.index === 0 ? last++ : of.index - 1;
    const value = values[index];
    if (value === undefined)
      throw invalidArgument(
        of.index === 0
          ? "format specifiers count must be <= arguments size"
          : "index must be >= 1 and <= arguments size",
        at,
      );
    const text = textOf(of, value, [...site.at("values"), index], site);
    if (isMalformed(of)) throw invalidArgument(`Invalid conversion format '${of.whole}'.`, at);
    return text;
  });
  return format.replace(SPECIFIER, () => texts.shift() ?? "");
}

function textOf(of: Specifier, value: V4Value, at: Position, site: CallSite): string {
  if (of.moment !== undefined) return momentText(of, value, at);
  switch (of.kind) {
    case "d":
    case "x":
    case "X":
    case "o":
      if (typeof value !== "bigint") throw wrongType(["Integer"], typeName(value), at);
      return wholeText(of, value);
    case "f":
    case "e":
    case "E":
    case "g":
    case "G":
      if (typeof value !== "number") throw wrongType(["Number"], typeName(value), at);
      return decimalText(of, value);
    case "b":
    case "B":
      return plainText(of, String(typeof value === "boolean" ? value : value !== null));
    case "@":
      return new Renderer("2.1").text(value);
    case "^":
      return new Renderer(site.evaluator.version).text(value);
    default: {
      const text = toText(value);
      if (text === undefined)
        throw invalidArgument(`Cannot cast ${typeName(value)} to String.`, at);
      return plainText(of, text);
    }
  }
}

function padded({ flags, width = 0 }: Specifier, text: string): string {
  return flags.includes("-") ? text.padEnd(width) : text.padStart(width);
}

function plainText(of: Specifier, text: string): string {
  const shown = of.precision === undefined ? text : text.slice(0, of.precision);
  return padded(of, /[A-Z]/.test(of.kind) ? shown.toUpperCase() : shown);
}

/** A number with its sign and the zeros before it. */
function signed(of: Specifier, negative: boolean, digits: string): string {
  const { flags, width = 0 } = of;
  const inBrackets = negative && flags.includes("(");
  const plus = flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const [before, after] = inBrackets ? ["(", ")"] : [negative ? "-" : plus, ""];
  const room = width - before.length - after.length;
  const filled = flags.includes("0") ? digits.padStart(room, "0") : digits;
  return padded(of, before + filled + after);
}

function grouped({ flags }: Specifier, digits: string): string {
  const [whole = "", ...rest] = digits.split(".");
  const shown = flags.includes(",") ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  return [shown, ...rest].join(".");
}

function wholeText(of: Specifier, value: bigint): string {
  if (of.kind === "d") {
    const negative = value < 0n;
    return signed(of, negative, grouped(of, String(negative ? -value : value)));
  }
  const bits = BigInt.asUintN(64, value);
  const prefix = of.flags.includes("#") ? (of.kind === "o" ? "0" : "0x") : "";
  const { width = 0, flags } = of;
  const digits = bits.toString(of.kind === "o" ? 8 : 16);
  const filled = flags.includes("0") ? digits.padStart(width - prefix.length, "0") : digits;
  const text = prefix + filled;
  return padded(of, of.kind === "X" ? text.toUpperCase() : text);
}

function decimalText(of: Specifier, value: number): string {
  if (!Number.isFinite(value)) {
    const text = Number.isNaN(value) ? "NaN" : "Infinity";
    return padded(of, value < 0 ? `-${text}` : text);
  }
  const size = Math.abs(value);
  const negative = value < 0 || Object.is(value, -0);
  const text = signed(of, negative, digitsOf(of, size));
  return /[EG]/.test(of.kind) ? text.toUpperCase() : text;
}

/** The shortest decimals of a number: a whole number of so many, and where the point is in them. */
function decimalsOf(size: number): { readonly digits: bigint; readonly scale: number } {
  const [mantissa = "0", exponent = "0"] = size.toExponential().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), scale: fraction.length - Number(exponent) };
}

/** With so many decimals, rounded as one rounds by hand: from the shortest decimals, and halves up. */
function halfUp(size: number, places: number): string {
  return halfUpOf(decimalsOf(size), places);
}

function halfUpOf({ digits, scale }: ReturnType<typeof decimalsOf>, places: number): string {
  const excess = scale - places;
  const unit = 10n ** BigInt(Math.abs(excess));
  const rounded = excess > 0 ? (digits + unit / 2n) / unit : digits * unit;
  const text = String(rounded).padStart(places + 1, "0");
  return places ? `${text.slice(0, -places)}.${text.slice(-places)}` : text;
}

/** The exponent of the first digit of a number. */
function exponentOf(size: number): number {
  return size === 0 ? 0 : Number(size.toExponential().split("e")[1]);
}

function digitsOf(of: Specifier, size: number): string {
  const { precision = 6 } = of;
  if (of.kind === "f") return grouped(of, halfUp(size, precision));
  if (/[eE]/.test(of.kind)) return scientific(size, precision);
  const digits = Math.max(precision, 1);
  const rounded = Number(scientific(size, digits - 1));
  if (rounded !== 0 && (rounded < 1e-4 || rounded >= 10 ** digits))
    return scientific(size, digits - 1);
  return grouped(of, halfUp(size, Math.max(digits - 1 - exponentOf(rounded), 0)));
}

function scientific(size: number, precision: number): string {
  const exponent = exponentOf(size);
  const shifted = decimalsOf(size);
  const text = halfUpOf({ ...shifted, scale: shifted.scale + exponent }, precision);
  // Nine and a half is ten, which has another digit in front.
  const carried = text.split(".")[0]!.length > 1;
  const [power, shown] = carried
    ? [exponent + 1, `1${precision ? `.${"0".repeat(precision)}` : ""}`]
    : [exponent, text];
  return `${shown}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

function momentText(of: Specifier, value: V4Value, at: Position): string {
  const isTime = isTagged(value, "time");
  if (!isTime && !isTagged(value, "date")) throw wrongType(["Date", "Time"], typeName(value), at);
  if (of.kind === "") return isTime ? timeText(value) : dateText(value);
  const day = isTime ? Number(floorDivide(value.nanos, DAY_NANOS)) : value.day;
  const nanos = isTime ? value.nanos : null;
  const text = momentPart(of.kind, { ...calendarOf(day), nanos });
  if (text === undefined) throw invalidArgument(`Invalid date/time suffix '${of.whole}'.`, at);
  return padded(of, of.moment === "T" ? text.toUpperCase() : text);
}
