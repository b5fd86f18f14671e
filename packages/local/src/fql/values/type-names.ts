import { kindOf, type Kind, type Value } from "./value";

const NAMES: Partial<Record<Kind, string>> = {
  null: "Null",
  boolean: "Boolean",
  string: "String",
  int: "Int",
  long: "Long",
  double: "Double",
  time: "Time",
  transactionTime: "TransactionTime",
  date: "Date",
  bytes: "Bytes",
  uuid: "UUID",
  id: "ID",
  array: "Array<Any>",
  object: "{ *: Any }",
  doc: "Doc",
  set: "Set<Any>",
  cursor: "SetCursor",
  eventSource: "EventSource<Any>",
  lambda: "Lambda",
  query: "Lambda",
  udf: "Function",
  method: "Function",
};

/** The type of a value as run-time errors name it. `collectionName` says what a collection is called. */
export function typeName(value: Value, collectionName: (id: number) => string): string {
  if (typeof value === "object" && value.kind === "module") return value.name;
  if (typeof value === "object" && value.kind === "collection") return collectionName(value.id);
  return NAMES[kindOf(value)] ?? "Any";
}

/** The type of a stored value as constraint failures name it: `[String]`, `{ a: Int }`. */
export function shapeName(value: Value): string {
  if (typeof value === "object" && value.kind === "array") {
    const shapes = value.items.map(shapeName);
    return `[${shapes.join(", ")}]`;
  }
  if (typeof value === "object" && value.kind === "object") {
    const fields = [...value.fields].map(([name, field]) => `${name}: ${shapeName(field)}`);
    return fields.length ? `{ ${fields.join(", ")} }` : "{}";
  }
  return kindOf(value) === "doc" ? "Document" : typeName(value, () => "Collection");
}
