import type { Context } from "../evaluator/context";
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
import type { ArrayValue, IntValue, NumberValue, SetValue, Value } from "../values/value";
import { valuesOf } from "../sets/read-set";
import { checkDivisor } from "./numbers";
import { method, methods, type Method, type TypeTable } from "./method";

function real(name: string, run: (x: number) => number): Method {
  return method(`${name}(x: Number)`, (_cx: Context, _self: Value, [x]: [NumberValue]) =>
    double(run(toNumber(x))),
  );
}

/** A function of some numbers only. */
function partial(
  name: string,
  allowed: (x: number) => boolean,
  complaint: string,
  run: (x: number) => number,
): Method {
  return method(`${name}(x: Number)`, (cx: Context, _self: Value, [x]: [NumberValue]) => {
    const value = toNumber(x);
    if (!allowed(value)) throw cx.error("invalid_argument", `invalid argument \`x\`: ${complaint}`);
    return double(run(value));
  });
}

/** Rounds doubles to whole ones; integers are whole already. */
function whole(name: string, run: (x: number) => number): Method {
  return method(`${name}(x: Number)`, (_cx: Context, _self: Value, [x]: [NumberValue]) =>
    x.kind === "double" ? double(run(x.value)) : x,
  );
}

const INT_MAX = 2 ** 31 - 1;

/** Cuts a number behind some decimal places, `half` of the last one added: the server's steps, with their errors. */
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

/** Rounds to a number of decimal places, which may be negative. */
function places(name: string, half: number): Method {
  return method(
    `${name}(x: Number, precision: Int)`,
    (_cx: Context, _self: Value, [x, precision]: [NumberValue, IntValue]) =>
      cut(x, precision.value, half),
  );
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

/** Constants and functions of `Math`. */
export const MATH_MODULE: TypeTable = {
  fields: new Map(
    Object.entries({ NaN: NaN, Infinity: Infinity, E: Math.E, PI: Math.PI }).map(
      ([name, value]) => [name, (): Value => double(value)],
    ),
  ),
  methods: methods(
    method("abs(x: Number)", (_cx: Context, _self: Value, [x]: [NumberValue]) => {
      if (x.kind === "long") return long(x.value < 0n ? -x.value : x.value);
      return x.kind === "int" ? int(Math.abs(x.value) | 0) : double(Math.abs(x.value));
    }),
    partial("acos", (x) => x >= -1 && x <= 1, "argument must lie in [-1, 1]", Math.acos),
    partial("asin", (x) => x >= -1 && x <= 1, "argument must lie in [-1, 1]", Math.asin),
    real("atan", Math.atan),
    whole("ceil", Math.ceil),
    real("cos", Math.cos),
    real("cosh", Math.cosh),
    real("degrees", (x) => x * (180 / Math.PI)),
    real("exp", Math.exp),
    whole("floor", Math.floor),
    method("hypot(x: Number, y: Number)", (_cx: Context, _self: Value, [x, y]: NumberValue[]) =>
      double(Math.hypot(toNumber(x!), toNumber(y!))),
    ),
    partial("log", (x) => x > 0, "x must be positive", Math.log),
    partial("log10", (x) => x > 0, "x must be positive", Math.log10),
    method("max(x: Number, y: Number)", (_cx: Context, _self: Value, [x, y]: NumberValue[]) =>
      compareNumbers(x!, y!) < 0 ? y! : x!,
    ),
    method(
      "mean(numbers: Array) | (numbers: Set)",
      (cx: Context, _self: Value, [list]: [ArrayValue | SetValue]) => mean(cx, list),
    ),
    method("min(x: Number, y: Number)", (_cx: Context, _self: Value, [x, y]: NumberValue[]) =>
      compareNumbers(x!, y!) <= 0 ? x! : y!,
    ),
    method(
      "pow(x: Number, power: Number)",
      (_cx: Context, _self: Value, [x, power]: NumberValue[]) =>
        double(toNumber(x!) ** toNumber(power!)),
    ),
    real("radians", (x) => x * (Math.PI / 180)),
    places("round", 0.5),
    method("sign(x: Number)", (_cx: Context, _self: Value, [x]: [NumberValue]) =>
      int(compareNumbers(x, int(0))),
    ),
    real("sin", Math.sin),
    real("sinh", Math.sinh),
    partial("sqrt", (x) => !(x < 0), "x must be nonnegative", Math.sqrt),
    method(
      "sum(numbers: Array) | (numbers: Set)",
      (cx: Context, _self: Value, [list]: [ArrayValue | SetValue]) => total(itemsOf(cx, list)),
    ),
    real("tan", Math.tan),
    real("tanh", Math.tanh),
    places("trunc", 0),
  ),
};
