/** The modules that every query sees. */
export const MODULE_NAMES = [
  "Array",
  "Boolean",
  "Bytes",
  "Date",
  "Double",
  "Doc",
  "EventSource",
  "FQL",
  "Float",
  "ID",
  "Int",
  "Long",
  "Math",
  "Null",
  "Number",
  "Object",
  "Query",
  "Set",
  "SetCursor",
  "String",
  "Struct",
  "Time",
  "TransactionTime",
  "UUID",
] as const;

export type ModuleName = (typeof MODULE_NAMES)[number];

/** The functions that every query sees. */
export const FUNCTION_NAMES = ["abort", "asc", "desc", "dbg", "log", "newId"] as const;
