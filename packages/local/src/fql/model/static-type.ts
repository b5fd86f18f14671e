import { systemName } from "../../store/system";
import { SYSTEM } from "../../types/system-collections";
import { any, literal, named, NULL, record, tuple, type Type } from "../../types/type";
import type { Context } from "./context";
import { Decimal } from "../values/decimal";
import { doubleText } from "../values/numbers";
import type { Kind, Value } from "../values/value";
import { collectionName } from "./names";

/** Kinds of values that have one type each. */
const NAMES: Partial<Record<Kind, string>> = {
  id: "ID",
  time: "Time",
  transactionTime: "TransactionTime",
  date: "Date",
  bytes: "Bytes",
  uuid: "UUID",
  cursor: "SetCursor",
};

/** The type of a value that comes with a query. */
export function staticType(cx: Context, value: Value): Type {
  if (typeof value === "string") return literal(value);
  if (typeof value === "boolean") return named("Boolean");
  const of = (each: Value): Type => staticType(cx, each);
  switch (value.kind) {
    case "null":
      return NULL;
    case "int":
    case "long":
      return literal(BigInt(value.value));
    case "double":
      return Number.isFinite(value.value)
        ? literal(new Decimal(doubleText(value.value)))
        : named("Double");
    case "array":
      return tuple(value.items.map(of));
    case "object":
      return record(new Map([...value.fields].map(([name, each]) => [name, of(each)])));
    case "doc": {
      const system = systemName(value.coll);
      return named(system ? SYSTEM[system]!.document : collectionName(cx, value.coll));
    }
    case "collection":
      return named(`${collectionName(cx, value.id)}Collection`);
    case "module":
      return named(`${value.name}Module`);
    case "set":
      return named("Set", [any()]);
    case "eventSource":
      return named("EventSource", [any()]);
    default: {
      const name = NAMES[value.kind];
      return name === undefined ? any() : named(name);
    }
  }
}
