import type { Value } from "./values";

/** The elements of an array; a single value stands for a list of one. */
export function listOf(value: Value): readonly Value[] {
  if (value === null) return [];
  return Array.isArray(value) ? (value as readonly Value[]) : [value];
}
