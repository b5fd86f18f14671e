import { integer } from "../fql/values/numbers";
import type { Value } from "../fql/values/value";

/** What a declaration says as a value. */
export function toValue(value: unknown): Value {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return integer(value);
  if (typeof value === "number") return { kind: "int", value };
  if (Array.isArray(value)) return { kind: "array", items: value.map(toValue) };
  const fields = Object.entries(value as Record<string, unknown>);
  return { kind: "object", fields: new Map(fields.map(([key, item]) => [key, toValue(item)])) };
}
