import { integer, iterable, number, oneOrMore, optional } from "../casts";
import { invalidArgument, wrongType, type Position } from "../errors";
import { isArray, Page, typeName, type V4Value } from "../values";
import { elementsOf } from "../elements";
import { define, type CallSite, type V4Function } from "./define";

type Numeric = bigint | number;

const INT64 = 64;

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
  const allWhole = values.every((value) => typeof value === "bigint");
  if (allWhole && values.slice(1).includes(0n))
    throw invalidArgument("Illegal division by zero.", position);
}

function bits(values: readonly Numeric[], combine: (a: bigint, b: bigint) => bigint): bigint {
  return values.map((value) => BigInt(Math.trunc(Number(value)))).reduce(combine);
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

/** A function that leaves integers as they are. */
function rounding(name: string, compute: (value: number) => number): V4Function {
  return define({ [name]: number }, (args) => {
    const value = args[name] ?? 0n;
    return typeof value === "bigint" ? value : compute(value);
  });
}

function toPrecision(
  value: Numeric,
  precision: bigint,
  compute: (value: number) => number,
): Numeric {
  if (typeof value === "bigint" && precision >= 0n) return value;
  const scale = 10 ** Number(precision);
  const rounded = compute(Number(value) * scale) / scale;
  return typeof value === "bigint" ? BigInt(rounded) : rounded;
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

function extreme(name: "max" | "min", better: (a: Numeric, b: Numeric) => boolean): V4Function {
  return aggregate(name, (values, site) => {
    const [first, ...rest] = values;
    if (first === undefined) throw invalidArgument("Non-empty array expected.", site.at(name));
    return rest.reduce((a, b) => (better(b, a) ? b : a), first);
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
  define({ abs: number }, ({ abs }) => (abs < 0 ? -abs : abs)),
  define({ sign: number }, ({ sign }) => BigInt(Math.sign(Number(sign)))),
  define({ bitand: oneOrMore(number) }, ({ bitand }) => bits(bitand, (a, b) => a & b)),
  define({ bitor: oneOrMore(number) }, ({ bitor }) => bits(bitor, (a, b) => a | b)),
  define({ bitxor: oneOrMore(number) }, ({ bitxor }) => bits(bitxor, (a, b) => a ^ b)),
  define({ bitnot: number }, ({ bitnot }) => ~BigInt(Math.trunc(Number(bitnot)))),
  rounding("ceil", Math.ceil),
  rounding("floor", Math.floor),
  define({ round: number, precision: optional(integer) }, ({ round, precision }) =>
    toPrecision(round, precision ?? 2n, Math.round),
  ),
  define({ trunc: number, precision: optional(integer) }, ({ trunc, precision }) =>
    toPrecision(trunc, precision ?? 2n, Math.trunc),
  ),
  define({ pow: number, exp: optional(number) }, ({ pow, exp = 2n }) =>
    typeof pow === "bigint" && typeof exp === "bigint" && exp >= 0n
      ? BigInt.asIntN(INT64, pow ** exp)
      : Number(pow) ** Number(exp),
  ),
  define({ hypot: number, b: optional(number) }, ({ hypot, b }) =>
    Math.hypot(Number(hypot), Number(b ?? hypot)),
  ),
  limited("sqrt", Math.sqrt, (value) => value >= 0, "must be positive"),
  limited("ln", Math.log, (value) => value > 0, "must be greater than 0"),
  limited("log", Math.log10, (value) => value > 0, "must be greater than 0"),
  ...Object.entries({
    exp: Math.exp,
    acos: Math.acos,
    asin: Math.asin,
    atan: Math.atan,
    cos: Math.cos,
    cosh: Math.cosh,
    sin: Math.sin,
    sinh: Math.sinh,
    tan: Math.tan,
    tanh: Math.tanh,
    degrees: (value: number) => (value * 180) / Math.PI,
    radians: (value: number) => (value * Math.PI) / 180,
  }).map(([name, compute]) => real(name, compute)),
  aggregate("sum", sum),
  aggregate("mean", (values, site) => {
    if (values.length === 0) throw invalidArgument("Non-empty array expected.", site.at("mean"));
    return Number(sum(values)) / values.length;
  }),
  extreme("max", (a, b) => a > b),
  extreme("min", (a, b) => a < b),
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
