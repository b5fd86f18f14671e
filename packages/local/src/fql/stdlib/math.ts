import type { Context } from "../model/context";
import {
  add,
  compareNumbers,
  divide,
  double,
  int,
  isNumber,
  long,
  toNumber,
  toLong,
} from "../values/numbers";
import type { ArrayValue, NumberValue, SetValue, Value } from "../values/value";
import { valuesOf } from "../sets/read-set";
import { checkDivisor } from "./numbers";
import { implement } from "./implement";
import type { TypeTable } from "./method";

type OfNumber = (cx: Context, self: Value, x: NumberValue) => NumberValue;

function real(run: (x: number) => number): OfNumber {
  return (_cx, _self, x) => double(run(toNumber(x)));
}

/** A function of some numbers only. */
function partial(
  allowed: (x: number) => boolean,
  complaint: string,
  run: (x: number) => number,
): OfNumber {
  return (cx, _self, x) => {
    const value = toNumber(x);
    if (!allowed(value)) throw cx.error("invalid_argument", `invalid argument \`x\`: ${complaint}`);
    return double(run(value));
  };
}

/** A function of what a sine or a cosine can be. */
function ofRatio(run: (x: number) => number): OfNumber {
  return partial((x) => x >= -1 && x <= 1, "argument must lie in [-1, 1]", run);
}

/** Rounds doubles to whole ones; integers are whole already. */
function whole(run: (x: number) => number): OfNumber {
  return (_cx, _self, x) => (x.kind === "double" ? double(run(x.value)) : x);
}

const INT_MAX = 2 ** 31 - 1;

/** Cuts a number behind some decimal places, or before them if there are fewer than none, `half` of the last one added: the server's steps, with their errors. */
function cut(x: NumberValue, precision: number, half: number): NumberValue {
  const scale = 10 ** precision;
  if (x.kind !== "double") {
    if (precision > 0) return long(BigInt(x.value));
    return long(toLong(Number(toLong(toNumber(x) * scale + half)) / scale));
  }
  if (precision > 0) {
    const places = Math.min(scale, INT_MAX);
    const whole = Number(toLong(x.value));
    const rest = toLong((x.value - whole + half / places) * places);
    return double(whole + Number(rest) / places);
  }
  const scaled = Number(toLong(x.value * scale + half)) / scale;
  return double(half ? Number(toLong(scaled)) : scaled);
}

function numbers(cx: Context, values: Iterable<Value>): NumberValue[] {
  return [...values].map((value) => {
    if (isNumber(value)) return value;
    throw cx.error(
      "invalid_argument",
      "invalid argument `numbers`: all array elements must be numbers",
    );
  });
}

function itemsOf(cx: Context, list: ArrayValue | SetValue): NumberValue[] {
  return numbers(cx, list.kind === "array" ? list.items : valuesOf(cx, list));
}

function total(values: readonly NumberValue[]): NumberValue {
  return values.reduce(add, int(0));
}

function mean(cx: Context, list: ArrayValue | SetValue): NumberValue {
  const values = itemsOf(cx, list);
  // The server divides by a double for arrays, and by an int for sets.
  const count = list.kind === "array" ? double(values.length) : int(values.length);
  checkDivisor(cx, total(values), count);
  return divide(total(values), count);
}

/** The engine's own loses the last digit of what is neither large nor small. */
function hypot(x: number, y: number): number {
  const squares = x * x + y * y;
  return squares > 1e-290 && squares < 1e290 ? Math.sqrt(squares) : Math.hypot(x, y);
}

/** Constants and functions of `Math`. */
export const MATH_MODULE: TypeTable = implement("Module", {
  "E: Number": () => double(Math.E),
  "Infinity: Number": () => double(Infinity),
  "NaN: Number": () => double(NaN),
  "PI: Number": () => double(Math.PI),
  "abs(x: Number) => Number": (_cx, _self, x) => {
    // The smallest long has no opposite.
    if (x.kind === "long") return long(BigInt.asIntN(64, x.value < 0n ? -x.value : x.value));
    return x.kind === "int" ? int(Math.abs(x.value) | 0) : double(Math.abs(x.value));
  },
  "acos(x: Number) => Number": ofRatio(Math.acos),
  "asin(x: Number) => Number": ofRatio(Math.asin),
  "atan(x: Number) => Number": real(Math.atan),
  "ceil(x: Number) => Number": whole(Math.ceil),
  "cos(x: Number) => Number": real(Math.cos),
  "cosh(x: Number) => Number": real(Math.cosh),
  "degrees(x: Number) => Number": real((x) => x * (180 / Math.PI)),
  "exp(x: Number) => Number": real(Math.exp),
  "floor(x: Number) => Number": whole(Math.floor),
  "hypot(x: Number, y: Number) => Number": (_cx, _self, x, y) =>
    double(hypot(toNumber(x), toNumber(y))),
  "log(x: Number) => Number": partial((x) => x > 0, "x must be positive", Math.log),
  "log10(x: Number) => Number": partial((x) => x > 0, "x must be positive", Math.log10),
  "max(x: Number, y: Number) => Number": (_cx, _self, x, y) => (compareNumbers(x, y) < 0 ? y : x),
  "mean(numbers: Array<Number>) => Number": (cx, _self, array) => mean(cx, array),
  "mean(numbers: Set<Number>) => Number": (cx, _self, set) => mean(cx, set),
  "min(x: Number, y: Number) => Number": (_cx, _self, x, y) => (compareNumbers(x, y) <= 0 ? x : y),
  "pow(x: Number, power: Number) => Number": (_cx, _self, x, power) =>
    double(toNumber(x) ** toNumber(power)),
  "radians(x: Number) => Number": real((x) => x * (Math.PI / 180)),
  "round(x: Number, precision: Int) => Number": (_cx, _self, x, precision) =>
    cut(x, precision.value, 0.5),
  "sign(x: Number) => Int": (_cx, _self, x) => int(compareNumbers(x, int(0))),
  "sin(x: Number) => Number": real(Math.sin),
  "sinh(x: Number) => Number": real(Math.sinh),
  "sqrt(x: Number) => Number": partial((x) => !(x < 0), "x must be nonnegative", Math.sqrt),
  "sum(numbers: Array<Number>) => Number": (cx, _self, list) => total(itemsOf(cx, list)),
  "sum(numbers: Set<Number>) => Number": (cx, _self, set) => total(itemsOf(cx, set)),
  "tan(x: Number) => Number": real(Math.tan),
  "tanh(x: Number) => Number": real(Math.tanh),
  "trunc(x: Number, precision: Int) => Number": (_cx, _self, x, precision) =>
    cut(x, precision.value, 0),
});
