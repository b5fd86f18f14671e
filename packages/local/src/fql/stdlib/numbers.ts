import type { Context } from "../evaluator/context";
import {
  add,
  divide,
  integer,
  isInteger,
  multiply,
  negate,
  power,
  remainder,
  subtract,
  truncated,
  numberText,
} from "../values/numbers";
import type { NumberValue } from "../values/value";
import { method, methods, type Method, type TypeTable } from "./method";

function binary(name: string, run: (a: NumberValue, b: NumberValue) => NumberValue): Method {
  return method(
    `${name}(other: Number)`,
    (_cx: Context, self: NumberValue, [other]: [NumberValue]) => run(self, other),
  );
}

function bits(name: string, run: (a: bigint, b: bigint) => bigint): Method {
  return binary(name, (a, b) => integer(run(truncated(a), truncated(b))));
}

/** Refuses an integer division by nought; with a double in it, it is infinite or NaN. */
export function checkDivisor(cx: Context, a: NumberValue, b: NumberValue): void {
  if (isInteger(a) && isInteger(b) && Number(b.value) === 0)
    throw cx.error("divide_by_zero", "Attempted integer division by zero.");
}

function dividing(name: string, run: (a: NumberValue, b: NumberValue) => NumberValue): Method {
  return method(
    `${name}(other: Number)`,
    (cx: Context, self: NumberValue, [other]: [NumberValue]) => {
      checkDivisor(cx, self, other);
      return run(self, other);
    },
  );
}

/** Methods and binary operators of numbers. */
export const NUMBER_TABLE: TypeTable = {
  methods: methods(method("toString()", (_cx: Context, self: NumberValue) => numberText(self))),
  operators: methods(
    binary("+", add),
    // There is a unary minus too: a wrong operand is told as one of several signatures'.
    method("-(other: Number) | ()", (_cx: Context, self: NumberValue, [other]: [NumberValue]) =>
      subtract(self, other),
    ),
    binary("*", multiply),
    dividing("/", divide),
    dividing("%", remainder),
    method("**(exponent: Number)", (_cx: Context, self: NumberValue, [exponent]: [NumberValue]) =>
      power(self, exponent),
    ),
    bits("&", (a, b) => a & b),
    bits("|", (a, b) => a | b),
    bits("^", (a, b) => a ^ b),
  ),
};

/** Unary operators, by operator and kind of operand. */
export const NUMBER_UNARY: ReadonlyMap<string, Method> = methods(
  method("-()", (_cx: Context, self: NumberValue) => negate(self)),
  method("~()", (_cx: Context, self: NumberValue) => integer(~truncated(self))),
);
export const BOOLEAN_UNARY: ReadonlyMap<string, Method> = methods(
  method("!()", (_cx: Context, self: boolean) => !self),
);

/** Methods of booleans, null and ids: only a text. */
export const BOOLEAN_TABLE: TypeTable = {
  methods: methods(method("toString()", (_cx: Context, self: boolean) => String(self))),
};
export const NULL_TABLE: TypeTable = { methods: methods(method("toString()", () => "null")) };
