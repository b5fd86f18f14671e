import type { DoubleValue, IntValue, LongValue, NumberValue, Value } from "./value";

const INT_MIN = -2147483648;
const INT_MAX = 2147483647;
const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

export function int(value: number): IntValue {
  return { kind: "int", value };
}
export function long(value: bigint): LongValue {
  return { kind: "long", value };
}
export function double(value: number): DoubleValue {
  return { kind: "double", value };
}

/** The narrowest number for an integer: int, then long, then double. */
export function integer(value: bigint | number): NumberValue {
  if (value >= INT_MIN && value <= INT_MAX) return int(Number(value) + 0);
  const big = BigInt(value);
  return big >= LONG_MIN && big <= LONG_MAX ? long(big) : double(Number(big));
}

export function isNumber(value: Value): value is NumberValue {
  return (
    typeof value === "object" &&
    (value.kind === "int" || value.kind === "long" || value.kind === "double")
  );
}
export function isInteger(value: Value): value is IntValue | LongValue {
  return typeof value === "object" && (value.kind === "int" || value.kind === "long");
}
export function toNumber(value: NumberValue): number {
  return Number(value.value);
}
export function toBig(value: IntValue | LongValue): bigint {
  return BigInt(value.value);
}

/** Numeric order, as Java compares doubles: NaN equals NaN and sorts above all, and -0.0 is below 0. */
export function compareNumbers(a: NumberValue, b: NumberValue): number {
  if (a.kind !== "double" && b.kind !== "double") {
    const [x, y] = [a.value, b.value];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const [x, y] = [toNumber(a), toNumber(b)];
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  if (x === 0 && y === 0) return Number(Object.is(y, -0)) - Number(Object.is(x, -0));
  return x < y ? -1 : x > y ? 1 : 0;
}

type Operator = (a: NumberValue, b: NumberValue) => NumberValue;

function arithmetic(
  onBig: (a: bigint, b: bigint) => bigint,
  onDouble: (a: number, b: number) => number,
): Operator {
  return (a, b) => {
    const exact = isInteger(a) && isInteger(b) ? onBig(toBig(a), toBig(b)) : null;
    // What is too large for a long is computed of doubles, not made one afterwards.
    const isKept = exact !== null && exact >= LONG_MIN && exact <= LONG_MAX;
    return isKept ? integer(exact) : double(onDouble(toNumber(a), toNumber(b)));
  };
}

export const add: Operator = arithmetic(
  (a, b) => a + b,
  (a, b) => a + b,
);
export const subtract: Operator = arithmetic(
  (a, b) => a - b,
  (a, b) => a - b,
);
export const multiply: Operator = arithmetic(
  (a, b) => a * b,
  (a, b) => a * b,
);
/** Integer division truncates, and overflows as Java's; the caller has ruled out an integer zero. */
export const divide: Operator = arithmetic(
  (a, b) => BigInt.asIntN(64, a / b),
  (a, b) => a / b,
);
export const remainder: Operator = arithmetic(
  (a, b) => a % b,
  (a, b) => a % b,
);

/** Integers stay integers while the exponent is not negative and the result is a long. */
export function power(a: NumberValue, b: NumberValue): NumberValue {
  const result = toNumber(a) ** toNumber(b);
  if (!isInteger(a) || !isInteger(b)) return double(result);
  if (Number(a.value) === 1 || Number(b.value) === 0) return int(1);
  if (Number(a.value) === -1) return int(toBig(b) % 2n ? -1 : 1);
  if (b.value < 0) return double(result);
  return Number.isFinite(result) ? integer(toBig(a) ** toBig(b)) : double(result);
}

export function negate(a: NumberValue): NumberValue {
  if (a.kind === "double") return double(-a.value);
  // The server keeps the smallest int as it is.
  if (a.kind === "int") return a.value === INT_MIN ? a : int(0 - a.value);
  return long(BigInt.asIntN(64, -a.value));
}

/** The integer that bit operators see. */
export function truncated(a: NumberValue): bigint {
  return a.kind === "double" ? toLong(a.value) : toBig(a);
}

/** A double as a long, as Java casts it: no number is nought, and what is too large is the largest. */
export function toLong(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (value >= 2 ** 63) return LONG_MAX;
  return value <= -(2 ** 63) ? LONG_MIN : BigInt(Math.trunc(value));
}

/** A double as the wire's `@double` has it: `1.0`, `1.0E20`, `4.9E-324`. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value))
    return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [digits = "0", exponent = "0"] = (
      value === 5e-324 ? "4.9e-324" : value.toExponential()
    ).split("e");
    return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
  }
  const text = Object.is(value, -0) ? "-0" : String(value);
  return Number.isInteger(value) ? `${text}.0` : text;
}

/** A number as `toString()` has it: integral doubles lose their `.0`. */
export function numberText(value: NumberValue): string {
  if (value.kind !== "double") return String(value.value);
  if (!Number.isFinite(value.value)) return doubleText(value.value);
  if (!Number.isInteger(value.value)) return doubleText(value.value);
  if (Object.is(value.value, -0)) return "-0";
  // The shortest digits that tell the number from its neighbours, and then zeros.
  const [digits = "", exponent = "0"] = String(value.value).split("e+");
  const [whole = "", fraction = ""] = digits.split(".");
  return whole + fraction.padEnd(Number(exponent), "0");
}
