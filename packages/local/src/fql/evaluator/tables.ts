import { SYSTEM_COLLECTIONS } from "../../store/system";
import type { TYPES } from "../../types/library";
import { ARRAY_TABLE } from "../stdlib/arrays";
import { collectionMethod, collectionTable } from "../stdlib/collections";
import { COMMON_OPERATORS } from "../stdlib/comparisons";
import { CREDENTIAL_TABLE } from "../stdlib/credentials";
import { DOCUMENT_TABLE } from "../stdlib/documents";
import { EVENT_SOURCE_TABLE } from "../stdlib/event-sources";
import type { Method, TypeTable } from "../stdlib/method";
import { GLOBAL_FUNCTIONS, MODULE_TABLES } from "../stdlib/modules";
import { NUMBER_OPERATORS, NUMBER_TABLE } from "../stdlib/numbers";
import {
  BOOLEAN_OPERATORS,
  BYTES_TABLE,
  NULL_TABLE,
  TEXT_TABLE,
  USER_FUNCTION_TABLE,
} from "../stdlib/plain";
import { SET_TABLE } from "../stdlib/sets";
import { STRING_OPERATORS, STRING_TABLE } from "../stdlib/strings";
import { DATE_TABLE, TIME_TABLE } from "../stdlib/times";
import { kindOf, type Kind, type Value } from "../values/value";
import type { Context } from "./context";

/** What the types of the library have. */
const TYPE_TABLES: Readonly<Record<keyof typeof TYPES, TypeTable>> = {
  Null: NULL_TABLE,
  Boolean: TEXT_TABLE,
  Number: NUMBER_TABLE,
  Int: NUMBER_TABLE,
  Long: NUMBER_TABLE,
  Double: NUMBER_TABLE,
  Float: NUMBER_TABLE,
  ID: TEXT_TABLE,
  UUID: TEXT_TABLE,
  SetCursor: TEXT_TABLE,
  TransactionTime: TEXT_TABLE,
  Bytes: BYTES_TABLE,
  String: STRING_TABLE,
  Time: TIME_TABLE,
  Date: DATE_TABLE,
  "Array<A>": ARRAY_TABLE,
  "Set<A>": SET_TABLE,
  "EventSource<A>": EVENT_SOURCE_TABLE,
  "UserFunction<A>": USER_FUNCTION_TABLE,
};

/** What values have, by their kind; modules and collections look theirs up by name. */
const TABLES = new Map<Kind, TypeTable>([
  ["null", TYPE_TABLES.Null],
  ["boolean", TYPE_TABLES.Boolean],
  ["string", TYPE_TABLES.String],
  ["int", TYPE_TABLES.Int],
  ["long", TYPE_TABLES.Long],
  ["double", TYPE_TABLES.Double],
  ["time", TYPE_TABLES.Time],
  ["transactionTime", TYPE_TABLES.TransactionTime],
  ["date", TYPE_TABLES.Date],
  ["bytes", TYPE_TABLES.Bytes],
  ["id", TYPE_TABLES.ID],
  ["array", TYPE_TABLES["Array<A>"]],
  ["set", TYPE_TABLES["Set<A>"]],
  ["doc", DOCUMENT_TABLE],
  ["cursor", TYPE_TABLES.SetCursor],
  ["lambda", TEXT_TABLE],
  ["udf", TYPE_TABLES["UserFunction<A>"]],
  ["method", TEXT_TABLE],
  ["eventSource", TYPE_TABLES["EventSource<A>"]],
]);

const OPERATORS = new Map<Kind, ReadonlyMap<string, Method>>([
  ["boolean", BOOLEAN_OPERATORS],
  ["string", STRING_OPERATORS],
  ["int", NUMBER_OPERATORS],
  ["long", NUMBER_OPERATORS],
  ["double", NUMBER_OPERATORS],
]);

function tableOf(value: Value): TypeTable | undefined {
  if (typeof value === "object" && value.kind === "module") return MODULE_TABLES.get(value.name);
  if (typeof value === "object" && value.kind === "collection") return collectionTable(value);
  return TABLES.get(kindOf(value));
}

/** A method of documents of one collection only. */
function ownMethod(value: Value, name: string): Method | undefined {
  const isCredential =
    typeof value === "object" &&
    value.kind === "doc" &&
    value.coll === SYSTEM_COLLECTIONS.Credential;
  return isCredential ? CREDENTIAL_TABLE.methods.get(name) : undefined;
}

/** The method of a value by name. */
export function methodOf(cx: Context, value: Value, name: string): Method | undefined {
  if (name === "") return undefined;
  if (typeof value === "object" && value.kind === "collection")
    return collectionMethod(cx, value, name);
  if (typeof value === "object" && value.kind === "module" && value.name === "FQL")
    return GLOBAL_FUNCTIONS.methods.get(name);
  return ownMethod(value, name) ?? tableOf(value)?.methods.get(name);
}

/** How to read a field of a value that is neither an object nor a document. */
export function fieldReader(
  value: Value,
  name: string,
): ((cx: Context, self: Value) => Value) | undefined {
  return tableOf(value)?.fields.get(name);
}

/** What an operator does to a value. */
export function operatorOf(value: Value, operator: string): Method | undefined {
  return OPERATORS.get(kindOf(value))?.get(operator) ?? COMMON_OPERATORS.get(operator);
}

/** What calling the value itself does. */
export function callableOf(value: Value): Method | undefined {
  if (typeof value !== "object") return undefined;
  return value.kind === "collection" || value.kind === "module"
    ? tableOf(value)?.methods.get("")
    : undefined;
}
