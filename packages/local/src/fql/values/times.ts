import type { DateValue, TimeValue } from "./value";

const TIME =
  /^([+-]?\d{4,9})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d(?::?\d\d)?)$/i;
const DATE = /^([+-]?\d{4,9})-(\d\d)-(\d\d)$/;
const DAY_MS = 86_400_000;

export const UNIT_NANOS: ReadonlyMap<string, bigint> = new Map(
  Object.entries({
    day: 86_400_000_000_000n,
    hour: 3_600_000_000_000n,
    minute: 60_000_000_000n,
    second: 1_000_000_000n,
    millisecond: 1_000_000n,
    microsecond: 1_000n,
    nanosecond: 1n,
  }).flatMap(([unit, nanos]) => [
    [unit, nanos],
    [`${unit}s`, nanos],
  ]),
);

export function time(nanos: bigint): TimeValue {
  return { kind: "time", nanos };
}
export function timeFromMicros(micros: number): TimeValue {
  return time(BigInt(micros) * 1000n);
}
export function date(day: number): DateValue {
  return { kind: "date", day };
}

function dayNumber(year: number, month: number, day: number): number {
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  return Math.floor(at.getTime() / DAY_MS);
}
function lengthOfMonth(year: number, month: number): number {
  return (
    dayNumber(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) -
    dayNumber(year, month, 1)
  );
}

function offsetSeconds(zone: string): number | null {
  if (zone.toUpperCase() === "Z") return 0;
  const digits = zone.slice(1).replaceAll(":", "");
  const [hours, minutes, seconds] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2) || 0));
  if (hours! > 18 || minutes! > 59 || seconds! > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours! * 3600 + minutes! * 60 + seconds!);
}

/** Reads an ISO time with zone; a day past the end of a month (up to 31) becomes the last one. */
export function parseTime(text: string): TimeValue | null {
  const found = TIME.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute, second] = found
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const offset = offsetSeconds(found[8]!);
  if (offset === null || month < 1 || month > 12 || day < 1 || day > 31) return null;
  if (hour > 24 || (hour === 24 && (minute || second)) || minute > 59 || second > 59) return null;
  const days = dayNumber(year, month, Math.min(day, lengthOfMonth(year, month)));
  if (Number.isNaN(days)) return null;
  const seconds = BigInt(days) * 86_400n + BigInt(hour * 3600 + minute * 60 + second - offset);
  return time(seconds * 1_000_000_000n + BigInt((found[7] ?? "").padEnd(9, "0")));
}

export function parseDate(text: string): DateValue | null {
  const found = DATE.exec(text);
  if (!found) return null;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  if (month < 1 || month > 12 || day < 1 || day > lengthOfMonth(year, month)) return null;
  const days = dayNumber(year, month, day);
  return Number.isNaN(days) ? null : date(days);
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, "0");
  return `${year < 0 ? "-" : "+"}${String(Math.abs(year)).padStart(4, "0")}`;
}

export function dateText(value: DateValue): string {
  const at = new Date(value.day * DAY_MS);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${yearText(at.getUTCFullYear())}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
}

export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

/** A time with 0, 3, 6 or 9 digits of fraction. */
export function timeText(value: TimeValue): string {
  const seconds = floorDivide(value.nanos, 1_000_000_000n);
  const rest = value.nanos - seconds * 1_000_000_000n;
  const at = new Date(Number(seconds) * 1000);
  const clock = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()]
    .map((n) => String(n).padStart(2, "0"))
    .join(":");
  const digits = String(rest)
    .padStart(9, "0")
    .replace(/(000)+$/, "");
  return `${dateText(date(Math.floor(at.getTime() / DAY_MS)))}T${clock}${digits && `.${digits}`}Z`;
}

export interface CalendarFields {
  year: number;
  month: number;
  dayOfMonth: number;
  dayOfWeek: number;
  dayOfYear: number;
}

export function calendarOf(day: number): CalendarFields {
  const at = new Date(day * DAY_MS);
  const year = at.getUTCFullYear();
  return {
    year,
    month: at.getUTCMonth() + 1,
    dayOfMonth: at.getUTCDate(),
    dayOfWeek: at.getUTCDay() || 7,
    dayOfYear: day - dayNumber(year, 1, 1) + 1,
  };
}

export const MAX_NANOS: bigint = BigInt(dayNumber(9999, 12, 31) + 1) * 86_400_000_000_000n - 1n;
