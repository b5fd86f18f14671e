import { isInteger } from "./numbers";
import type { Value } from "./value";

/** Whether a value can be the id of a document. */
export function isIdLike(value: Value): boolean {
  if (typeof value === "string")
    return /^-?\d{1,19}$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value);
  return (typeof value === "object" && value.kind === "id") || isInteger(value);
}

/** The number of an id given as text or number. */
export function toId(value: Value): bigint {
  return BigInt(typeof value === "string" ? value : (value as { value: bigint | number }).value);
}
