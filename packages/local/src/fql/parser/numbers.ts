import { double, integer } from "../values/numbers";
import type { NumberValue } from "../values/value";
import { ServerFault } from "../errors";
import { ParseFailure, type Scanner } from "./scanner";

/** Digits of one form, and what must follow the beginnings of numbers of that form. */
interface Form {
  readonly digits: RegExp;
  readonly unfinished: readonly (readonly [beginning: RegExp, expected: string])[];
}

const ALTERNATIVE: Form = {
  digits: /0(?:[xX][0-9a-fA-F_]+|[oO][0-7_]+|[bB][01_]+)/y,
  unfinished: [
    [/0[xX](?![0-9a-fA-F_])/y, "[0-9a-fA-F_]"],
    [/0[oO](?![0-7_])/y, "[0-7_]"],
    [/0[bB](?![01_])/y, "[01_]"],
  ],
};

const INTEGER: Form = { digits: /(?:0|[1-9][0-9_]*)/y, unfinished: [] };

const DECIMAL: Form = {
  digits: /(?:0|[1-9][0-9_]*)(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9][0-9_]*)?/y,
  unfinished: [
    [/(?:0|[1-9][0-9_]*)(?:\.[0-9][0-9_]*)?[eE](?![-+0-9])/y, "[+\\\\-] or [0-9]"],
    [/(?:0|[1-9][0-9_]*)(?:\.[0-9][0-9_]*)?[eE][-+](?![0-9])/y, "[0-9]"],
  ],
};

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

function digitsIn(scan: Scanner, usual: Form): Digits | null {
  const start = scan.at;
  const sign = /[+-]/.test(scan.text[scan.at] ?? "") ? scan.text[scan.at++]! : "";
  if (sign) scan.ws();
  for (const { digits, unfinished } of [ALTERNATIVE, usual]) {
    refuseUnfinished(scan, unfinished);
    digits.lastIndex = scan.at;
    const found = digits.exec(scan.text);
    if (!found) continue;
    scan.at = digits.lastIndex;
    return { digits: found[0].replaceAll("_", ""), isNegative: sign === "-" };
  }
  scan.at = start;
  return null;
}

/** In a list that has begun the server still knows that it looked for an expression. */
const BEHIND_COMMA = /,\s*(?:\w+\s*:\s*)?[+-]?$/;

function refuseUnfinished(scan: Scanner, unfinished: Form["unfinished"]): void {
  const start = scan.at;
  for (const [beginning, expected] of unfinished) {
    beginning.lastIndex = scan.at;
    if (!beginning.test(scan.text)) continue;
    const also = BEHIND_COMMA.test(scan.text.slice(0, start));
    throw new ParseFailure(
      scan.cut(beginning.lastIndex),
      also ? `${expected.replace(/^.* or /, "")} or expression` : expected,
    );
  }
}

function whole({ digits, isNegative }: Digits): bigint {
  // The server's own parser takes underscores for digits.
  if (/^0[a-z]$/i.test(digits))
    throw new ServerFault("java.lang.NumberFormatException: Zero length BigInteger");
  const value = BigInt(digits);
  return isNegative ? -value : value;
}
