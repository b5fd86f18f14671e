/** `0x1.8p3`: digits of base 16 times a power of two. */
function hexadecimal([, sign, whole = "", fraction = "", power]: RegExpExecArray): number | null {
  if (!whole && !fraction) return null;
  const digits = Number.parseInt(whole + fraction, 16);
  return (sign === "-" ? -1 : 1) * digits * 2 ** (Number(power) - 4 * fraction.length);
}

/** A number as Java reads it: with blanks around it, and perhaps `d` or `f` behind it. */
export function parseDecimal(text: string): number | null {
  const trimmed = text.trim();
  if (/^[+-]?(NaN|Infinity)$/.test(trimmed))
    return Number(trimmed.replace(/^\+/, "").replace(/^-NaN$/, "NaN"));
  const hex = /^([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?\d+)[df]?$/i.exec(trimmed);
  if (hex) return hexadecimal(hex);
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?$/.test(trimmed)
    ? Number(trimmed.replace(/[dDfF]$/, ""))
    : null;
}
