import type { DateValue, TimeValue } from "./value";

const TIME =
  /^(\d{4}|\+\d{5,9}|-\d{4,9})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d(?::?\d\d)?)$/i;
const DATE = /^(\d{4}|\+\d{5,9}|-\d{4,9})-(\d\d)-(\d\d)$/;

export const DAY_NANOS = 86_400_000_000_000n;

export const UNIT_NANOS: ReadonlyMap<string, bigint> = new Map(
  Object.entries({
    day: DAY_NANOS,
    "half day": 43_200_000_000_000n,
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

/** Days since 1970 of a date in the proleptic Gregorian calendar, of any year. */
function dayNumber(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The inverse of {@link dayNumber}. */
function civil(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const index = Math.floor((5 * dayOfYear + 2) / 153);
  const month = index < 10 ? index + 3 : index - 9;
  const day = dayOfYear - Math.floor((153 * index + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

function lengthOfMonth(year: number, month: number): number {
  const next = month === 12 ? dayNumber(year + 1, 1, 1) : dayNumber(year, month + 1, 1);
  return next - dayNumber(year, month, 1);
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
  const seconds = BigInt(days) * 86_400n + BigInt(hour * 3600 + minute * 60 + second - offset);
  return time(seconds * 1_000_000_000n + BigInt((found[7] ?? "").padEnd(9, "0")));
}

export function parseDate(text: string): DateValue | null {
  const found = DATE.exec(text);
  if (!found) return null;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  if (month < 1 || month > 12 || day < 1 || day > lengthOfMonth(year, month)) return null;
  return date(dayNumber(year, month, day));
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, "0");
  return `${year < 0 ? "-" : "+"}${String(Math.abs(year)).padStart(4, "0")}`;
}

export function dateText(value: DateValue): string {
  const { year, month, day } = civil(value.day);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${yearText(year)}-${two(month)}-${two(day)}`;
}

export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

/** A time with 0, 3, 6 or 9 digits of fraction. */
export function timeText(value: TimeValue): string {
  const seconds = floorDivide(value.nanos, 1_000_000_000n);
  const rest = value.nanos - seconds * 1_000_000_000n;
  const day = Number(floorDivide(seconds, 86_400n));
  const second = Number(seconds - BigInt(day) * 86_400n);
  const clock = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60]
    .map((n) => String(n).padStart(2, "0"))
    .join(":");
  const digits = String(rest)
    .padStart(9, "0")
    .replace(/(000)+$/, "");
  return `${dateText(date(day))}T${clock}${digits && `.${digits}`}Z`;
}

export interface CalendarFields {
  year: number;
  month: number;
  dayOfMonth: number;
  dayOfWeek: number;
  dayOfYear: number;
}

export function calendarOf(days: number): CalendarFields {
  const { year, month, day } = civil(days);
  return {
    year,
    month,
    dayOfMonth: day,
    dayOfWeek: ((((days + 3) % 7) + 7) % 7) + 1,
    dayOfYear: days - dayNumber(year, 1, 1) + 1,
  };
}

/** The first and the last time there are. */
export const MIN_NANOS: bigint = BigInt(dayNumber(-999_999_999, 1, 1)) * DAY_NANOS;
export const MAX_NANOS: bigint = BigInt(dayNumber(999_999_999, 12, 31) + 1) * DAY_NANOS - 1n;
