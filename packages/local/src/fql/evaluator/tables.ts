import { SYSTEM_COLLECTIONS } from "../../store/system";
import { ARRAY_TABLE } from "../stdlib/arrays";
import { CREDENTIAL_TABLE } from "../stdlib/credentials";
import { EVENT_SOURCE_TABLE } from "../stdlib/event-sources";
import {
  collectionCall,
  collectionMethod,
  definitionDocument,
  DOCUMENT_TABLE,
} from "../stdlib/documents";
import { type Method, type TypeTable, method, methods } from "../stdlib/method";
import { GLOBAL_FUNCTIONS, MODULES } from "../stdlib/modules";
import {
  BOOLEAN_TABLE,
  BOOLEAN_UNARY,
  NULL_TABLE,
  NUMBER_TABLE,
  NUMBER_UNARY,
} from "../stdlib/numbers";
import { SET_TABLE } from "../stdlib/sets";
import { STRING_TABLE } from "../stdlib/strings";
import { DATE_TABLE, TIME_TABLE } from "../stdlib/times";
import { display } from "../model/display";
import { isNumber } from "../values/numbers";
import {
  kindOf,
  type BytesValue,
  type CollectionValue,
  type Kind,
  type Value,
} from "../values/value";
import type { Context } from "./context";
import { COMMON_OPERATORS } from "./operators";

const TEXT_ONLY: TypeTable = {
  methods: methods(method("toString()", (cx: Context, self: Value) => display(cx, self))),
};
const BYTES_TABLE: TypeTable = {
  methods: methods(
    method("toBase64()", (_cx: Context, self: BytesValue) => self.base64),
    method("toString()", (cx: Context, self: Value) => display(cx, self)),
  ),
};
const NOTHING: TypeTable = { methods: new Map() };

/** What values have, by their kind; modules and collections look theirs up by name. */
const TABLES: Partial<Record<Kind, TypeTable>> = {
  null: NULL_TABLE,
  boolean: BOOLEAN_TABLE,
  string: STRING_TABLE,
  int: NUMBER_TABLE,
  long: NUMBER_TABLE,
  double: NUMBER_TABLE,
  time: TIME_TABLE,
  transactionTime: TEXT_ONLY,
  date: DATE_TABLE,
  bytes: BYTES_TABLE,
  id: TEXT_ONLY,
  array: ARRAY_TABLE,
  set: SET_TABLE,
  doc: DOCUMENT_TABLE,
  cursor: TEXT_ONLY,
  lambda: TEXT_ONLY,
  udf: TEXT_ONLY,
  method: TEXT_ONLY,
  eventSource: EVENT_SOURCE_TABLE,
};

function tableOf(value: Value): TypeTable {
  if (typeof value === "object" && value.kind === "module")
    return MODULES.get(value.name) ?? NOTHING;
  return TABLES[kindOf(value)] ?? NOTHING;
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
  if (typeof value === "object" && value.kind === "collection")
    return collectionMethod(cx, value, name);
  if (typeof value === "object" && value.kind === "module" && value.name === "FQL")
    return GLOBAL_FUNCTIONS.get(name);
  if (name === "") return undefined;
  return ownMethod(value, name) ?? tableOf(value).methods.get(name);
}

/** How to read a field of a value that is neither an object nor a document. */
export function fieldReader(
  _cx: Context,
  value: Value,
  name: string,
): ((cx: Context, self: Value) => Value) | undefined {
  if (typeof value === "object" && value.kind === "collection") {
    return name === "definition"
      ? (cx, self): Value => definitionDocument(cx, self as CollectionValue)
      : undefined;
  }
  return tableOf(value).fields?.get(name);
}

/** What an operator does to a value; `arity` is the number of further operands. */
export function operatorOf(value: Value, operator: string, arity: number): Method | undefined {
  if (arity === 0)
    return (
      isNumber(value) ? NUMBER_UNARY : typeof value === "boolean" ? BOOLEAN_UNARY : undefined
    )?.get(operator);
  return tableOf(value).operators?.get(operator) ?? COMMON_OPERATORS.get(operator);
}

/** What calling the value itself does. */
export function callableOf(_cx: Context, value: Value): Method | undefined {
  if (typeof value !== "object") return undefined;
  if (value.kind === "collection") return collectionCall(value);
  return value.kind === "module" ? MODULES.get(value.name)?.methods.get("") : undefined;
}
