import { typeName } from "../type-names";
import { integer, iterable, number, oneOrMore, optional, resolvedIn } from "../casts";
import { compare } from "../compare";
import { each, invalidArgument, wrongType, type Position } from "../errors";
import { isArray, Page, SetRef, type V4Value } from "../values";
import { elementsOf } from "../elements";
import { define, type CallSite, type V4Function } from "./define";

type Numeric = bigint | number;
type Iterable = Parameters<typeof elementsOf>[0];

const INT64 = 64;
const LARGEST_LONG = 2 ** 63;

/** Integers stay integers (and wrap at 64 bits); with a double among them the result is one. */
function arithmetic(
  values: readonly Numeric[],
  whole: (a: bigint, b: bigint) => bigint,
  real: (a: number, b: number) => number,
): Numeric {
  return values.reduce((a, b) =>
    typeof a === "bigint" && typeof b === "bigint"
      ? BigInt.asIntN(INT64, whole(a, b))
      : real(Number(a), Number(b)),
  );
}

function checkDivisors(values: readonly Numeric[], { position }: CallSite): void {
  if (values.slice(1).some((value) => Number(value) === 0))
    throw invalidArgument("Illegal division by zero.", position);
}

/** The integer part, as Java casts it: what is too large is the largest, what is no number is 0. */
function toLong(value: Numeric): bigint {
  if (typeof value === "bigint") return value;
  if (Number.isNaN(value)) return 0n;
  return BigInt(Math.trunc(Math.min(Math.max(value, -LARGEST_LONG), LARGEST_LONG)));
}

/** The bits of the integer parts; with a double among them the result is one. */
function bits(name: string, combine: (a: bigint, b: bigint) => bigint): V4Function {
  return define({ [name]: oneOrMore(number) }, (args) =>
    (args[name] ?? []).reduce((a, b) => {
      const both = combine(toLong(a), toLong(b));
      return typeof a === "bigint" && typeof b === "bigint" ? both : Number(both);
    }),
  );
}

function real(name: string, compute: (value: number) => number): V4Function {
  return define({ [name]: number }, (args) => compute(Number(args[name])));
}

/** A function of some numbers only. */
function limited(
  name: string,
  compute: (value: number) => number,
  allowed: (value: number) => boolean,
  complaint: string,
): V4Function {
  return define({ [name]: number }, (args, site) => {
    const value = args[name] ?? 0n;
    if (!allowed(Number(value))) throw invalidArgument(`${value} ${complaint}`, site.position);
    return compute(Number(value));
  });
}

const isSine = (value: number): boolean => value >= -1 && value <= 1;

/** Rounded once, where `Math.hypot` scales first; for what is too large to square it has to. */
function hypotenuse(a: number, b: number): number {
  const squares = a * a + b * b;
  return Number.isFinite(squares) && squares > 1e-300 ? Math.sqrt(squares) : Math.hypot(a, b);
}

/** A function that leaves integers as they are. */
function rounding(name: string, compute: (value: number) => number): V4Function {
  return define({ [name]: number }, (args) => {
    const value = args[name] ?? 0n;
    return typeof value === "bigint" ? value : compute(value);
  });
}

/** Cuts a number off behind some decimals; `half` is what makes of that rounding. */
function toPrecision(value: Numeric, given: bigint | undefined, half: 0 | 0.5): Numeric {
  if (typeof value === "bigint" && (given === undefined || given > 0n)) return value;
  const precision = given ?? 2n;
  const scale = 10 ** Number(precision);
  if (typeof value === "number" && precision > 0n) return toDecimals(value, scale, half);
  const cut = Number(toLong(Number(value) * scale + half)) / scale;
  return typeof value === "bigint" ? toLong(cut) : half ? Number(toLong(cut)) : cut;
}

const LARGEST_INT = 2 ** 31 - 1;

/** The server keeps the power of ten in 32 bits, so that more than nine decimals are none of a decimal number. */
function toDecimals(value: number, power: number, half: 0 | 0.5): number {
  const scale = Math.min(power, LARGEST_INT);
  const whole = Number(toLong(value));
  return whole + Number(toLong((value - whole + half / scale) * scale)) / scale;
}

/** The numbers of an array, page or set. */
function numbersOf(values: readonly V4Value[], position: Position): Numeric[] {
  return values.map((value) => {
    if (typeof value === "bigint" || typeof value === "number") return value;
    throw wrongType(["Number"], typeName(value), position);
  });
}

function aggregate(
  name: string,
  compute: (values: readonly Numeric[], site: CallSite) => Numeric,
): V4Function {
  return define({ [name]: iterable }, (args, site) => {
    const source = args[name] as Parameters<typeof elementsOf>[0];
    const items = elementsOf(source, site, name);
    const [only] = items;
    // A list of one list is that list.
    const inner = items.length === 1 && only !== undefined && isArray(only) ? only : items;
    const values = numbersOf(inner, site.at(name));
    const result = compute(values, site);
    return source instanceof Page ? source.with([result]) : result;
  });
}

/** The last or first of some values in the order of all values; a list of one list is that list. */
function extreme(name: "max" | "min", sign: 1 | -1): V4Function {
  return define({ [name]: iterable }, (args, site) => {
    const given = args[name] as Iterable;
    const only = isArray(given) && given.length === 1 ? given[0]! : undefined;
    const source =
      only instanceof Page || only instanceof SetRef || isArray(only ?? null)
        ? (only as Iterable)
        : given;
    const values = elementsOf(source, site, name);
    each(values, (value) => resolvedIn(value, site.at(name), site.evaluator));
    if (!values.length) throw invalidArgument("Non-empty array expected.", site.at(name));
    const { order } = site.evaluator.references;
    const result = values.reduce((a, b) => (compare(a, b, order) * sign > 0 ? a : b));
    return source instanceof Page ? source.with([result]) : result;
  });
}

const sum = (values: readonly Numeric[]): Numeric =>
  values.length
    ? arithmetic(
        values,
        (a, b) => a + b,
        (a, b) => a + b,
      )
    : 0n;

export const numbers: readonly V4Function[] = [
  define({ add: oneOrMore(number) }, ({ add }) => sum(add)),
  define({ subtract: oneOrMore(number) }, ({ subtract }) =>
    arithmetic(
      subtract,
      (a, b) => a - b,
      (a, b) => a - b,
    ),
  ),
  define({ multiply: oneOrMore(number) }, ({ multiply }) =>
    arithmetic(
      multiply,
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  ),
  define({ divide: oneOrMore(number) }, ({ divide }, site) => {
    checkDivisors(divide, site);
    return arithmetic(
      divide,
      (a, b) => a / b,
      (a, b) => a / b,
    );
  }),
  define({ modulo: oneOrMore(number) }, ({ modulo }, site) => {
    checkDivisors(modulo, site);
    return arithmetic(
      modulo,
      (a, b) => a % b,
      (a, b) => a % b,
    );
  }),
  // The smallest integer has no counterpart, and stays as it is.
  define({ abs: number }, ({ abs }) =>
    typeof abs === "number" ? Math.abs(abs) : BigInt.asIntN(INT64, abs < 0n ? -abs : abs),
  ),
  define({ sign: number }, ({ sign }) => {
    if (sign < 0) return -1n;
    return sign === 0n ? 0n : 1n;
  }),
  bits("bitand", (a, b) => a & b),
  bits("bitor", (a, b) => a | b),
  bits("bitxor", (a, b) => a ^ b),
  define({ bitnot: number }, ({ bitnot }) => ~toLong(bitnot)),
  rounding("ceil", Math.ceil),
  rounding("floor", Math.floor),
  define({ round: number, precision: optional(integer) }, ({ round, precision }) =>
    toPrecision(round, precision, 0.5),
  ),
  define({ trunc: number, precision: optional(integer) }, ({ trunc, precision }) =>
    toPrecision(trunc, precision, 0),
  ),
  define({ pow: number, exp: optional(number) }, ({ pow, exp = 2n }) => Number(pow) ** Number(exp)),
  define({ hypot: number, b: optional(number) }, ({ hypot, b }) =>
    hypotenuse(Number(hypot), Number(b ?? hypot)),
  ),
  limited("acos", Math.acos, isSine, "must be between -1 and 1 inclusive"),
  limited("asin", Math.asin, isSine, "must be between -1 and 1 inclusive"),
  limited("sqrt", Math.sqrt, (value) => value >= 0, "must be positive"),
  limited("ln", Math.log, (value) => value > 0, "must be greater than 0"),
  limited("log", Math.log10, (value) => value > 0, "must be greater than 0"),
  ...Object.entries({
    exp: Math.exp,
    atan: Math.atan,
    cos: Math.cos,
    cosh: Math.cosh,
    sin: Math.sin,
    sinh: Math.sinh,
    tan: Math.tan,
    tanh: Math.tanh,
    degrees: (value: number) => value * 57.29577951308232,
    radians: (value: number) => value * 0.017453292519943295,
  }).map(([name, compute]) => real(name, compute)),
  aggregate("sum", sum),
  aggregate("mean", (values, site) => {
    if (values.length === 0) throw invalidArgument("Non-empty array expected.", site.at("mean"));
    return Number(sum(values)) / values.length;
  }),
  extreme("max", 1),
  extreme("min", -1),
  define({ count: iterable }, ({ count }, site) => {
    const total = BigInt(elementsOf(count, site, "count").length);
    return count instanceof Page ? count.with([total]) : total;
  }),
  ...(["any", "all"] as const).map((name) =>
    define({ [name]: iterable }, (args, site) => {
      const source = args[name] as Parameters<typeof elementsOf>[0];
      const values = elementsOf(source, site, name).map((value) => {
        if (typeof value === "boolean") return value;
        throw wrongType(["Boolean"], typeName(value), site.at(name));
      });
      const result = name === "any" ? values.includes(true) : !values.includes(false);
      return isArray(source) || !(source instanceof Page) ? result : source.with([result]);
    }),
  ),
];
