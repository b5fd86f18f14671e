import type { Kind, Value } from "./value";

const NEVER: ReadonlySet<Kind> = new Set<Kind>([
  "id",
  "set",
  "lambda",
  "udf",
  "method",
  "module",
  "collection",
  "cursor",
  "eventSource",
]);

/** Whether an index can hold a value. */
export function isIndexable(value: Value): boolean {
  if (typeof value !== "object") return true;
  if (value.kind === "array") return value.items.every(isIndexable);
  if (value.kind === "object") return [...value.fields.values()].every(isIndexable);
  return !NEVER.has(value.kind);
}
