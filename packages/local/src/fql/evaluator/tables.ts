import { SYSTEM_COLLECTIONS } from "../../store/system";
import { ARRAY_TABLE } from "../stdlib/arrays";
import { collectionMethod, collectionTable } from "../stdlib/collections";
import { COMMON_OPERATORS } from "../stdlib/comparisons";
import { CREDENTIAL_TABLE } from "../stdlib/credentials";
import { DOCUMENT_TABLE } from "../stdlib/documents";
import { EVENT_SOURCE_TABLE } from "../stdlib/event-sources";
import type { Method, TypeTable } from "../stdlib/method";
import { MODULES } from "../stdlib/library";
import { GLOBAL_FUNCTIONS } from "../stdlib/modules";
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
import type { Context } from "../model/context";

/** What values have, by their kind; modules and collections look theirs up by name. */
const TABLES = new Map<Kind, TypeTable>([
  ["null", NULL_TABLE],
  ["boolean", TEXT_TABLE],
  ["string", STRING_TABLE],
  ["int", NUMBER_TABLE],
  ["long", NUMBER_TABLE],
  ["double", NUMBER_TABLE],
  ["time", TIME_TABLE],
  ["transactionTime", TEXT_TABLE],
  ["date", DATE_TABLE],
  ["bytes", BYTES_TABLE],
  ["uuid", TEXT_TABLE],
  ["id", TEXT_TABLE],
  ["array", ARRAY_TABLE],
  ["set", SET_TABLE],
  ["doc", DOCUMENT_TABLE],
  ["cursor", TEXT_TABLE],
  ["lambda", TEXT_TABLE],
  ["udf", USER_FUNCTION_TABLE],
  ["method", TEXT_TABLE],
  ["eventSource", EVENT_SOURCE_TABLE],
]);

const OPERATORS = new Map<Kind, TypeTable>([
  ["boolean", BOOLEAN_OPERATORS],
  ["string", STRING_OPERATORS],
  ["int", NUMBER_OPERATORS],
  ["long", NUMBER_OPERATORS],
  ["double", NUMBER_OPERATORS],
]);

function tableOf(value: Value): TypeTable | undefined {
  if (typeof value === "object" && value.kind === "module") return MODULES[value.name];
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

/** What `[…]` does to a value that is neither an object nor a document. */
export function accessOf(value: Value): Method | undefined {
  return tableOf(value)?.methods.get("[]");
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
  const own = OPERATORS.get(kindOf(value))?.methods.get(operator);
  return own ?? COMMON_OPERATORS.methods.get(operator);
}

/** What calling the value itself does. */
export function callableOf(value: Value): Method | undefined {
  if (typeof value !== "object") return undefined;
  return value.kind === "collection" || value.kind === "module"
    ? tableOf(value)?.methods.get("")
    : undefined;
}
