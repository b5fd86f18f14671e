import { type calendarOf, DAY_NANOS } from "../../fql/values/times";

/** A day, and the time within it unless it is a date. */
export type Moment = ReturnType<typeof calendarOf> & { readonly nanos: bigint | null };

const MONTHS = [
  ..."January February March April May June July August September October November".split(" "),
  "December",
];
const DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");

const two = (number: number): string => String(number).padStart(2, "0");
const monthOf = ({ month }: Moment): string => MONTHS[month - 1] ?? "";
const dayOf = ({ dayOfWeek }: Moment): string => DAYS[dayOfWeek - 1] ?? "";
const yearOf = ({ year }: Moment): string => String(year).padStart(4, "0");

/** Parts of dates by the letter that Java's formatter has for them. */
const DATE_PARTS: Readonly<Record<string, (of: Moment) => string>> = {
  B: monthOf,
  b: (of) => monthOf(of).slice(0, 3),
  h: (of) => monthOf(of).slice(0, 3),
  A: dayOf,
  a: (of) => dayOf(of).slice(0, 3),
  C: ({ year }) => two(Math.floor(year / 100)),
  Y: yearOf,
  y: ({ year }) => two(year % 100),
  j: ({ dayOfYear }) => String(dayOfYear).padStart(3, "0"),
  m: ({ month }) => two(month),
  d: ({ dayOfMonth }) => two(dayOfMonth),
  e: ({ dayOfMonth }) => String(dayOfMonth),
  D: ({ month, dayOfMonth, year }) => `${two(month)}/${two(dayOfMonth)}/${two(year % 100)}`,
  F: (of) => `${yearOf(of)}-${two(of.month)}-${two(of.dayOfMonth)}`,
};

function clock(nanos: bigint): { hour: number; minute: number; second: number; nano: number } {
  const within = ((nanos % DAY_NANOS) + DAY_NANOS) % DAY_NANOS;
  const seconds = Number(within / 1_000_000_000n);
  return {
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    nano: Number(within % 1_000_000_000n),
  };
}

const twelve = (hour: number): number => hour % 12 || 12;

/** Parts of times. */
const TIME_PARTS: Readonly<Record<string, (nanos: bigint, of: Moment) => string>> = {
  H: (nanos) => two(clock(nanos).hour),
  I: (nanos) => two(twelve(clock(nanos).hour)),
  k: (nanos) => String(clock(nanos).hour),
  l: (nanos) => String(twelve(clock(nanos).hour)),
  M: (nanos) => two(clock(nanos).minute),
  S: (nanos) => two(clock(nanos).second),
  L: (nanos) => String(Math.floor(clock(nanos).nano / 1e6)).padStart(3, "0"),
  N: (nanos) => String(clock(nanos).nano).padStart(9, "0"),
  p: (nanos) => (clock(nanos).hour < 12 ? "am" : "pm"),
  z: () => "+0000",
  Z: () => "Z",
  s: (nanos) => String(nanos / 1_000_000_000n),
  Q: (nanos) => String(nanos / 1_000_000n),
  R: (nanos) => `${two(clock(nanos).hour)}:${two(clock(nanos).minute)}`,
  T: (nanos) => clockText(nanos),
  r: (nanos) => {
    const { hour, minute, second } = clock(nanos);
    return `${two(twelve(hour))}:${two(minute)}:${two(second)} ${hour < 12 ? "AM" : "PM"}`;
  },
  c: (nanos, of) => {
    const [day, month] = [dayOf(of).slice(0, 3), monthOf(of).slice(0, 3)];
    return `${day} ${month} ${two(of.dayOfMonth)} ${clockText(nanos)} Z ${yearOf(of)}`;
  },
};

function clockText(nanos: bigint): string {
  const { hour, minute, second } = clock(nanos);
  return `${two(hour)}:${two(minute)}:${two(second)}`;
}

/** A part of a date or a time; undefined for what it does not have. */
export function momentPart(letter: string, of: Moment): string | undefined {
  const timed = of.nanos === null ? undefined : TIME_PARTS[letter]?.(of.nanos, of);
  return timed ?? DATE_PARTS[letter]?.(of);
}
