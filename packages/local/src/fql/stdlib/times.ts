import type { Context } from "../model/context";
import { ServerFault } from "../errors";
import { doubleText, integer, toNumber, int, toLong, long } from "../values/numbers";
import {
  calendarOf,
  date,
  dateText,
  DAY_NANOS,
  floorDivide,
  MAX_NANOS,
  parseDate,
  parseTime,
  time,
  timeFromMicros,
  timeText,
  UNIT_NANOS,
  type CalendarFields,
  MIN_NANOS,
} from "../values/times";
import type { DateValue, NumberValue, TimeValue, Value } from "../values/value";
import { implement, type AnyTime } from "./implement";
import type { TypeTable } from "./method";

/** The time under way, for one that is not known yet. */
function settled(cx: Context, value: AnyTime): TimeValue {
  return value.kind === "time" ? value : timeFromMicros(cx.tx.ts);
}

function unit(cx: Context, name: string): bigint {
  const nanos = UNIT_NANOS.get(name.trim());
  if (nanos === undefined) throw cx.error("invalid_unit", `\`${name}\` is not a valid time unit.`);
  return nanos;
}

/** A time that there is; what is too far for the server to count is beyond the end that the step leads to. */
function bounded(cx: Context, nanos: bigint, step: bigint, sign: 1n | -1n = 1n): TimeValue {
  const countless = step > COUNTABLE || step < -COUNTABLE;
  const over = countless ? sign > 0n : nanos > MAX_NANOS;
  const under = countless ? sign < 0n : nanos < MIN_NANOS;
  if (over) throw cx.error("invalid_time", "Time exceeds the maximum value.");
  if (under) throw cx.error("invalid_time", "Time exceeds the minimum value.");
  return time(nanos);
}

/** The ends of Java's time, which are a leap year beyond what can be added up to. */
const FIRST_NANOS = MIN_NANOS - 366n * DAY_NANOS;
const LAST_NANOS = MAX_NANOS + 366n * DAY_NANOS;

/** A time so many units after 1970. What is too far for Java's time or numbers is its exception. */
function sinceEpoch(offset: NumberValue, nanos: bigint): TimeValue {
  const total = Number(nanos) * toNumber(offset);
  if (offset.kind === "double" && !(Math.abs(total) <= 2 ** 63)) {
    if (!Number.isFinite(total)) return time(total < 0 ? FIRST_NANOS : LAST_NANOS);
    const shown = `${doubleText(total)}ns`;
    throw new ServerFault(
      `java.lang.IllegalArgumentException: trying to construct too large duration with ${shown}`,
    );
  }
  const step = span(offset, nanos);
  if (step > COUNTABLE || step < -COUNTABLE)
    throw new ServerFault("java.lang.ArithmeticException: long overflow");
  if (step > LAST_NANOS || step < FIRST_NANOS)
    throw new ServerFault(
      "java.time.DateTimeException: Instant exceeds minimum or maximum instant",
    );
  return time(step);
}

/** The server counts nanoseconds in seconds of 64 bits. */
const COUNTABLE = 2n ** 63n * 1_000_000_000n;

/** Beyond any time, whatever it is added to. */
const ENDLESS = 10n ** 40n;

/** So many units in nanoseconds; of fractions of units whole nanoseconds count. */
function span(amount: NumberValue, nanos: bigint): bigint {
  if (amount.kind !== "double") return BigInt(amount.value) * nanos;
  const size = Math.abs(amount.value);
  const whole = Math.floor(size);
  const total = Number.isFinite(size)
    ? BigInt(whole) * nanos + toLong(Number(nanos) * (size - whole))
    : ENDLESS;
  return amount.value < 0 ? -total : total;
}

function shift(sign: 1n | -1n) {
  return (cx: Context, self: AnyTime, amount: NumberValue, name: string): TimeValue => {
    const step = span(amount, unit(cx, name));
    return bounded(cx, settled(cx, self).nanos + sign * step, step, sign);
  };
}

/** Whole units since 1970. */
function count(cx: Context, self: AnyTime, nanos: bigint): bigint {
  return floorDivide(settled(cx, self).nanos, nanos);
}
function epoch(nanos: bigint) {
  return (cx: Context, self: AnyTime): Value => integer(count(cx, self, nanos));
}
function clockField(nanos: bigint, modulus: bigint) {
  return (cx: Context, self: AnyTime): Value =>
    integer(((count(cx, self, nanos) % modulus) + modulus) % modulus);
}
function dayField(name: keyof CalendarFields) {
  return (cx: Context, self: AnyTime | DateValue): Value => {
    const day = self.kind === "date" ? self.day : Number(count(cx, self, DAY_NANOS));
    return int(calendarOf(day)[name]);
  };
}

const DAY_FIELDS = {
  "year: Int": dayField("year"),
  "month: Int": dayField("month"),
  "dayOfMonth: Int": dayField("dayOfMonth"),
  "dayOfWeek: Int": dayField("dayOfWeek"),
  "dayOfYear: Int": dayField("dayOfYear"),
};

/** Fields and methods of times. */
export const TIME_TABLE: TypeTable = implement("Time", {
  ...DAY_FIELDS,
  "hour: Int": clockField(3_600_000_000_000n, 24n),
  "minute: Int": clockField(60_000_000_000n, 60n),
  "second: Int": clockField(1_000_000_000n, 60n),
  "add(amount: Number, unit: String) => Time": shift(1n),
  "subtract(amount: Number, unit: String) => Time": shift(-1n),
  "difference(start: Time, unit: String) => Number": (cx, self, start, name) =>
    integer((settled(cx, self).nanos - settled(cx, start).nanos) / unit(cx, name)),
  "toMicros() => Number": epoch(1_000n),
  "toMillis() => Number": epoch(1_000_000n),
  "toSeconds() => Number": epoch(1_000_000_000n),
  "toString() => String": (cx, self) => timeText(settled(cx, self)),
});

function readTime(cx: Context, text: string): TimeValue {
  const value = parseTime(text);
  if (!value) throw cx.error("invalid_time", `\`${text}\` is not a valid time.`);
  return value;
}
function readDate(cx: Context, text: string): DateValue {
  const value = parseDate(text);
  if (!value) throw cx.error("invalid_date", `\`${text}\` is not a valid date.`);
  return value;
}

/** Functions of `Time`, and `Time(…)` itself under the empty name. */
export const TIME_MODULE: TypeTable = implement("Module", {
  "(time: String) => Time": (cx, _self, text) => readTime(cx, text),
  "epoch(offset: Number, unit: String) => Time": (cx, _self, offset, name) =>
    sinceEpoch(offset, unit(cx, name)),
  "fromString(time: String) => Time": (cx, _self, text) => readTime(cx, text),
  "now() => Time": (cx) => timeFromMicros(cx.tx.ts),
});

function checkDateUnit(cx: Context, name: string): void {
  if (name.trim() !== "day" && name.trim() !== "days")
    throw cx.error("invalid_unit", `\`${name}\` is not a valid date unit.`);
}

/** The days that Java's dates have. */
const [FIRST_DAY, LAST_DAY] = [-365243219162, 365241780471];

function boundedDate(day: number): DateValue {
  if (day >= FIRST_DAY && day <= LAST_DAY) return date(day);
  if (Math.abs(day) >= 2 ** 63)
    throw new ServerFault("java.lang.ArithmeticException: long overflow");
  throw new ServerFault(
    `java.time.DateTimeException: Invalid value for EpochDay (valid values ${FIRST_DAY} - ${LAST_DAY}): ${day}`,
  );
}

function dateShift(sign: 1 | -1) {
  return (cx: Context, self: DateValue, amount: NumberValue, name: string): DateValue => {
    checkDateUnit(cx, name);
    return boundedDate(self.day + sign * (Math.round(toNumber(amount)) || 0));
  };
}

/** Fields and methods of dates. */
export const DATE_TABLE: TypeTable = implement("Date", {
  ...DAY_FIELDS,
  "add(amount: Number, unit: String) => Date": dateShift(1),
  "subtract(amount: Number, unit: String) => Date": dateShift(-1),
  "difference(start: Date) => Long": (_cx, self, start) => long(BigInt(self.day - start.day)),
  "toString() => String": (_cx, self) => dateText(self),
});

/** Functions of `Date`, and `Date(…)` itself. */
export const DATE_MODULE: TypeTable = implement("Module", {
  "(date: String) => Date": (cx, _self, text) => readDate(cx, text),
  "fromString(date: String) => Date": (cx, _self, text) => readDate(cx, text),
  "today() => Date": (cx) => date(Math.floor(cx.tx.ts / 86_400_000_000)),
});
