import { double, integer } from "../values/numbers";
import type { NumberValue } from "../values/value";
import type { Scanner } from "./scanner";

const ALTERNATIVE = /0(?:[xX][0-9a-fA-F_]+|[oO][0-7_]+|[bB][01_]+)/y;
const INTEGER = /(?:0|[1-9][0-9_]*)/y;
const DECIMAL = /(?:0|[1-9][0-9_]*)(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9][0-9_]*)?/y;

/** A number with an optional sign; null when there is none here. */
export function numberLiteral(scan: Scanner): NumberValue | null {
  const found = digitsIn(scan, DECIMAL);
  if (!found) return null;
  if (/^0[xXoObB]/.test(found.digits) || !/[.eE]/.test(found.digits)) return integer(whole(found));
  // The server reads decimals exactly, where minus nought is nought.
  return double((found.isNegative ? -Number(found.digits) : Number(found.digits)) + 0);
}

/** An integer with an optional sign; null when there is none here. */
export function integerLiteral(scan: Scanner): bigint | null {
  const found = digitsIn(scan, INTEGER);
  return found && whole(found);
}

interface Digits {
  readonly digits: string;
  readonly isNegative: boolean;
}

function digitsIn(scan: Scanner, decimal: RegExp): Digits | null {
  const start = scan.at;
  const sign = /[+-]/.test(scan.text[scan.at] ?? "") ? scan.text[scan.at++]! : "";
  if (sign) scan.ws();
  for (const pattern of [ALTERNATIVE, decimal]) {
    pattern.lastIndex = scan.at;
    const found = pattern.exec(scan.text);
    if (!found) continue;
    scan.at = pattern.lastIndex;
    return { digits: found[0].replaceAll("_", ""), isNegative: sign === "-" };
  }
  scan.at = start;
  return null;
}

function whole({ digits, isNegative }: Digits): bigint {
  const value = BigInt(digits);
  return isNegative ? -value : value;
}
