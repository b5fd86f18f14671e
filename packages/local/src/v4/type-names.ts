import {
  isArray,
  Lambda,
  Page,
  Ref,
  SCHEMA_CLASSES,
  SetRef,
  TransactionTime,
  type V4Value,
} from "./values";

const TAG_TYPES = { time: "Time", date: "Date", bytes: "Bytes", uuid: "UUID" } as const;

/** The name of a value's type, as error messages have it. */
export function typeName(value: V4Value): string {
  if (value === null) return "Null";
  if (typeof value === "bigint") return "Integer";
  if (typeof value === "number") return "Double";
  if (typeof value === "boolean") return "Boolean";
  if (typeof value === "string") return "String";
  if (value instanceof Ref)
    return value.schemaClass ? SCHEMA_CLASSES[value.schemaClass].type : "Ref";
  if (value instanceof SetRef) return "Set";
  if (value instanceof TransactionTime) return "Unresolved Transaction Time";
  if (value instanceof Lambda) return "Lambda";
  if (value instanceof Page) return "Page";
  if (isArray(value)) return "Array";
  return "kind" in value ? TAG_TYPES[value.kind] : "Object";
}
