import { double, integer } from "../values/numbers";
import type { NumberValue } from "../values/value";
import { ParseFailure, type Scanner } from "./scanner";

const ALTERNATIVE = /0(?:[xX][0-9a-fA-F_]+|[oO][0-7_]+|[bB][01_]+)/y;
const DECIMAL =
  /(0|[1-9][0-9_]*)(?:(\.[0-9][0-9_]*(?:[eE][+-]?[0-9][0-9_]*)?)|([eE][+-]?[0-9][0-9_]*))?/y;

/** A number with an optional sign; null when there is none here. */
export function numberLiteral(scan: Scanner): NumberValue | null {
  const start = scan.at;
  const sign = /[+-]/.test(scan.text[scan.at] ?? "") ? scan.text[scan.at++]! : "";
  if (sign) scan.ws();
  const value = unsigned(scan, sign === "-");
  if (value === null) scan.at = start;
  return value;
}

/** What must follow the beginning of a number, by that beginning. */
const UNFINISHED: readonly (readonly [RegExp, string])[] = [
  [/0[xX](?![0-9a-fA-F_])/y, "[0-9a-fA-F_]"],
  [/0[oO](?![0-7_])/y, "[0-7_]"],
  [/0[bB](?![01_])/y, "[01_]"],
  [/(?:0|[1-9][0-9_]*)(?:\.[0-9][0-9_]*)?[eE](?![-+0-9])/y, "[+\\\\-] or [0-9]"],
  [/(?:0|[1-9][0-9_]*)(?:\.[0-9][0-9_]*)?[eE][-+](?![0-9])/y, "[0-9]"],
];

function finished(scan: Scanner): void {
  for (const [pattern, expected] of UNFINISHED) {
    pattern.lastIndex = scan.at;
    if (pattern.test(scan.text)) throw new ParseFailure(scan.cut(pattern.lastIndex), expected);
  }
}

function unsigned(scan: Scanner, negative: boolean): NumberValue | null {
  finished(scan);
  ALTERNATIVE.lastIndex = scan.at;
  const other = ALTERNATIVE.exec(scan.text);
  if (other) {
    scan.at = ALTERNATIVE.lastIndex;
    return signed(other[0].replaceAll("_", ""), negative);
  }
  DECIMAL.lastIndex = scan.at;
  const found = DECIMAL.exec(scan.text);
  if (!found) return null;
  scan.at = DECIMAL.lastIndex;
  const digits = found[0].replaceAll("_", "");
  if (!found[2] && !found[3]) return signed(digits, negative);
  // The server reads decimals exactly, where minus nought is nought.
  return double((negative ? -Number(digits) : Number(digits)) + 0);
}

function signed(digits: string, negative: boolean): NumberValue {
  const value = BigInt(digits);
  return integer(negative ? -value : value);
}
