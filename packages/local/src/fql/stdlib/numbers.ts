import type { Context } from "../model/context";
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
import { implement } from "./implement";
import type { TypeTable } from "./method";

type Binary = (cx: Context, self: NumberValue, other: NumberValue) => NumberValue;

function bits(run: (a: bigint, b: bigint) => bigint): Binary {
  return (_cx, a, b) => integer(run(truncated(a), truncated(b)));
}

/** Refuses an integer division by nought; with a double in it, it is infinite or NaN. */
export function checkDivisor(cx: Context, a: NumberValue, b: NumberValue): void {
  if (isInteger(a) && isInteger(b) && Number(b.value) === 0)
    throw cx.error("divide_by_zero", "Attempted integer division by zero.");
}

function dividing(run: (a: NumberValue, b: NumberValue) => NumberValue): Binary {
  return (cx, a, b) => {
    checkDivisor(cx, a, b);
    return run(a, b);
  };
}

/** Methods of numbers. */
export const NUMBER_TABLE: TypeTable = implement("Number", {
  "toString() => String": (_cx, self) => numberText(self),
});

/** Operators of numbers. */
export const NUMBER_OPERATORS: TypeTable = implement("Number", {
  "+(other: Number) => Number": (_cx, a, b) => add(a, b),
  "-(other: Number) => Number": (_cx, a, b) => subtract(a, b),
  "-() => Number": (_cx, a) => negate(a),
  "*(other: Number) => Number": (_cx, a, b) => multiply(a, b),
  "/(other: Number) => Number": dividing(divide),
  "%(other: Number) => Number": dividing(remainder),
  "**(exponent: Number) => Number": (_cx, a, b) => power(a, b),
  "&(other: Number) => Number": bits((a, b) => a & b),
  "|(other: Number) => Number": bits((a, b) => a | b),
  "^(other: Number) => Number": bits((a, b) => a ^ b),
  "~() => Number": (_cx, a) => integer(~truncated(a)),
});
