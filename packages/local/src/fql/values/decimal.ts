import type { Span } from "../source";
import { doubleText } from "./numbers";

/** A decimal as it is written. Java's BigDecimal, which the server reads it as, keeps the noughts behind it. */
export class Decimal {
  readonly value: number;
  readonly text: string;

  constructor(written: string) {
    const { digits, scale, isNegative } = partsOf(written);
    this.text = (isNegative ? "-" : "") + plain(digits, scale);
    this.value = Number(this.text);
  }

  /** The decimal at a place, or the shortest one for a double that comes from elsewhere. */
  static at({ source, start, end }: Span, value: number): Decimal {
    const written = source.text.slice(start, end).replace(/[_\s]/g, "");
    return written && Number(written) === value
      ? new Decimal(written)
      : new Decimal(doubleText(value));
  }

  toString(): string {
    return this.text;
  }
}

interface Parts {
  readonly digits: string;
  /** How many of the digits are behind the point; negative if noughts are to follow them. */
  readonly scale: number;
  readonly isNegative: boolean;
}

function partsOf(written: string): Parts {
  const [mantissa = "", exponent = "0"] = written.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.replace(/^[+-]/, "").split(".");
  const digits = (whole + fraction).replace(/^0+(?=\d)/, "");
  return {
    digits,
    scale: fraction.length - Number(exponent),
    isNegative: mantissa.startsWith("-") && digits !== "0".repeat(digits.length),
  };
}

/** The notation of BigDecimal's `toString`. */
function plain(digits: string, scale: number): string {
  const exponent = digits.length - 1 - scale;
  if (scale < 0 || exponent < -6) {
    const mantissa = digits.length > 1 ? `${digits[0]!}.${digits.slice(1)}` : digits;
    return `${mantissa}E${exponent < 0 ? "" : "+"}${exponent}`;
  }
  if (scale === 0) return digits;
  const padded = digits.padStart(scale + 1, "0");
  return `${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}
