import type { Context } from "../evaluator/context";
import { integer, toNumber, int, toLong, long } from "../values/numbers";
import {
  calendarOf,
  date,
  dateText,
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
import type {
  DateValue,
  NumberValue,
  TimeValue,
  TransactionTimeValue,
  Value,
} from "../values/value";
import { method, methods, type Method, type TypeTable } from "./method";

const DAY_NANOS = 86_400_000_000_000n;

type AnyTime = TimeValue | TransactionTimeValue;

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

/** The end of Java's time, which is a leap year later than what can be added up to. */
const LAST_NANOS = MAX_NANOS + 366n * DAY_NANOS;

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

function shift(name: string, sign: 1n | -1n): Method {
  return method(
    `${name}(amount: Number, unit: String)`,
    (cx: Context, self: AnyTime, [amount, name]: [NumberValue, string]) => {
      const step = span(amount, unit(cx, name));
      return bounded(cx, settled(cx, self).nanos + sign * step, step, sign);
    },
  );
}

function epoch(name: string, nanos: bigint): Method {
  return method(name, (cx: Context, self: AnyTime) =>
    integer(floorDivide(settled(cx, self).nanos, nanos)),
  );
}

function isDate(value: Value): value is DateValue {
  return typeof value === "object" && value.kind === "date";
}

type Reader = (cx: Context, self: Value) => Value;

function dayField(name: keyof CalendarFields): [string, Reader] {
  return [
    name,
    (cx, self) => {
      const day = isDate(self)
        ? self.day
        : Number(floorDivide(settled(cx, self as AnyTime).nanos, DAY_NANOS));
      return int(calendarOf(day)[name]);
    },
  ];
}

function clockField(name: string, nanos: bigint, modulus: bigint): [string, Reader] {
  return [
    name,
    (cx, self) =>
      integer(
        ((floorDivide(settled(cx, self as AnyTime).nanos, nanos) % modulus) + modulus) % modulus,
      ),
  ];
}

const DAY_FIELDS = (["year", "month", "dayOfMonth", "dayOfWeek", "dayOfYear"] as const).map(
  dayField,
);

/** Fields and methods of times. */
export const TIME_TABLE: TypeTable = {
  fields: new Map([
    ...DAY_FIELDS,
    clockField("hour", 3_600_000_000_000n, 24n),
    clockField("minute", 60_000_000_000n, 60n),
    clockField("second", 1_000_000_000n, 60n),
  ]),
  methods: methods(
    shift("add", 1n),
    shift("subtract", -1n),
    method(
      "difference(start: Time, unit: String)",
      (cx: Context, self: AnyTime, [start, name]: [AnyTime, string]) =>
        integer((settled(cx, self).nanos - settled(cx, start).nanos) / unit(cx, name)),
    ),
    epoch("toMicros()", 1_000n),
    epoch("toMillis()", 1_000_000n),
    epoch("toSeconds()", 1_000_000_000n),
    method("toString()", (cx: Context, self: AnyTime) => timeText(settled(cx, self))),
  ),
};

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
export const TIME_MODULE: TypeTable = {
  methods: methods(
    method("(time: String)", (cx: Context, _self: Value, [text]: [string]) => readTime(cx, text)),
    method(
      "epoch(offset: Number, unit: String)",
      (cx: Context, _self: Value, [offset, name]: [NumberValue, string]) => {
        const nanos = span(offset, unit(cx, name));
        return nanos > COUNTABLE || nanos < -COUNTABLE
          ? time(LAST_NANOS)
          : bounded(cx, nanos, nanos);
      },
    ),
    method("fromString(time: String)", (cx: Context, _self: Value, [text]: [string]) =>
      readTime(cx, text),
    ),
    method("now()", (cx: Context) => timeFromMicros(cx.tx.ts)),
  ),
};

function checkDateUnit(cx: Context, name: string): void {
  if (name.trim() !== "day" && name.trim() !== "days")
    throw cx.error("invalid_unit", `\`${name}\` is not a valid date unit.`);
}
function dateShift(name: string, sign: 1 | -1): Method {
  return method(
    `${name}(amount: Number, unit: String)`,
    (cx: Context, self: DateValue, [amount, name]: [NumberValue, string]) => {
      checkDateUnit(cx, name);
      return date(self.day + sign * (Math.round(toNumber(amount)) || 0));
    },
  );
}

/** Fields and methods of dates. */
export const DATE_TABLE: TypeTable = {
  fields: new Map(DAY_FIELDS),
  methods: methods(
    dateShift("add", 1),
    dateShift("subtract", -1),
    method("difference(start: Date)", (_cx: Context, self: DateValue, [start]: [DateValue]) =>
      long(BigInt(self.day - start.day)),
    ),
    method("toString()", (_cx: Context, self: DateValue) => dateText(self)),
  ),
};

/** Functions of `Date`, and `Date(…)` itself. */
export const DATE_MODULE: TypeTable = {
  methods: methods(
    method("(date: String)", (cx: Context, _self: Value, [text]: [string]) => readDate(cx, text)),
    method("fromString(date: String)", (cx: Context, _self: Value, [text]: [string]) =>
      readDate(cx, text),
    ),
    method("today()", (cx: Context) => date(Math.floor(cx.tx.ts / 86_400_000_000))),
  ),
};
