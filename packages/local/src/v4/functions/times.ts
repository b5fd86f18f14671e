import { timeUnit } from "../word-casts";
import {
  calendarOf,
  DAY_NANOS,
  floorDivide,
  parseDate,
  parseTime,
  timeFromMicros,
  UNIT_NANOS,
} from "../../fql/values/times";
import type { DateValue, TimeValue } from "../../fql/values/value";
import { integer, nothing, string, temporal, timestamp } from "../casts";
import { invalidArgument, type Position } from "../errors";
import { isTagged, type V4Value } from "../values";
import { define, type CallSite, type V4Function } from "./define";

const HALF_DAY = DAY_NANOS / 2n;

function unitNanos(unit: string, site: CallSite): bigint {
  const nanos = unit.startsWith("half day") ? HALF_DAY : UNIT_NANOS.get(unit);
  if (nanos === undefined)
    throw invalidArgument("Time Unit expected, String provided.", site.at("unit"));
  return nanos;
}

/** Dates know no units within a day. */
function checkUnit(of: TimeValue | DateValue, unit: string, site: CallSite): void {
  if (isTagged(of, "time") || unitNanos(unit, site) % DAY_NANOS === 0n) return;
  throw invalidArgument(`Invalid time unit '${unit}'.`, site.at("unit"));
}

/** The first and the last day that Java knows. */
const DAYS = { min: -365_243_219_528n, max: 365_241_780_837n };

/** Refuses a moment that is out of the bounds of time. */
function withinTime(nanos: bigint, at: Position): bigint {
  const day = floorDivide(nanos, DAY_NANOS);
  if (day >= DAYS.min && day <= DAYS.max) return nanos;
  const bounds = "between -1000000000-01-01T00:00:00Z and +1000000000-12-31T23:59:59.999999999Z";
  throw invalidArgument(`dates and times must be ${bounds}`, at);
}

function shift(value: TimeValue | DateValue, nanos: bigint, site: CallSite): V4Value {
  const moved = withinTime(nanosOf(value) + nanos, site.at("offset"));
  if (isTagged(value, "time")) return { kind: "time", nanos: moved };
  return { kind: "date", day: Number(floorDivide(moved, DAY_NANOS)) };
}

function nanosOf(value: TimeValue | DateValue): bigint {
  return isTagged(value, "time") ? value.nanos : BigInt(value.day) * DAY_NANOS;
}

function part(name: string, compute: (nanos: bigint) => bigint | number): V4Function {
  return define({ [name]: timestamp }, (args) => BigInt(compute(args[name]?.nanos ?? 0n)));
}

const calendar = (nanos: bigint): ReturnType<typeof calendarOf> =>
  calendarOf(Number(floorDivide(nanos, DAY_NANOS)));
const within = (nanos: bigint, unit: bigint, count: bigint): bigint =>
  ((floorDivide(nanos, unit) % count) + count) % count;

export const times: readonly V4Function[] = [
  define({ now: nothing }, (_args, { evaluator }) => timeFromMicros(evaluator.context.tx.ts)),
  define({ time: string }, ({ time }, site) => {
    if (time === "now") return timeFromMicros(site.evaluator.context.tx.ts);
    const parsed = parseTime(time.trim());
    if (!parsed) throw invalidArgument(`Cannot cast '${time}' to a time.`, site.position);
    return parsed;
  }),
  define({ date: string }, ({ date }, site) => {
    const parsed = parseDate(date.trim());
    if (!parsed) throw invalidArgument(`Cannot cast '${date}' to a date.`, site.position);
    return parsed;
  }),
  define({ epoch: integer, unit: timeUnit }, ({ epoch, unit }, site) => ({
    kind: "time",
    nanos: withinTime(epoch * unitNanos(unit, site), site.position),
  })),
  define({ time_add: temporal, offset: integer, unit: timeUnit }, (args, site) => {
    checkUnit(args.time_add, args.unit, site);
    return shift(args.time_add, args.offset * unitNanos(args.unit, site), site);
  }),
  define({ time_subtract: temporal, offset: integer, unit: timeUnit }, (args, site) => {
    checkUnit(args.time_subtract, args.unit, site);
    return shift(args.time_subtract, -args.offset * unitNanos(args.unit, site), site);
  }),
  define({ time_diff: temporal, other: temporal, unit: timeUnit }, (args, site) => {
    unitNanos(args.unit, site);
    if (args.other.kind !== args.time_diff.kind)
      throw invalidArgument("Incompatible time arguments.", site.at("time_diff"));
    checkUnit(args.time_diff, args.unit, site);
    return (nanosOf(args.other) - nanosOf(args.time_diff)) / unitNanos(args.unit, site);
  }),
  part("to_micros", (nanos) => floorDivide(nanos, 1000n)),
  part("to_millis", (nanos) => floorDivide(nanos, 1_000_000n)),
  part("to_seconds", (nanos) => floorDivide(nanos, 1_000_000_000n)),
  part("second", (nanos) => within(nanos, 1_000_000_000n, 60n)),
  part("minute", (nanos) => within(nanos, 60_000_000_000n, 60n)),
  part("hour", (nanos) => within(nanos, 3_600_000_000_000n, 24n)),
  part("day_of_month", (nanos) => calendar(nanos).dayOfMonth),
  part("day_of_week", (nanos) => calendar(nanos).dayOfWeek),
  part("day_of_year", (nanos) => calendar(nanos).dayOfYear),
  part("month", (nanos) => calendar(nanos).month),
  part("year", (nanos) => calendar(nanos).year),
];
