import type { Context } from "./context";
import { collectionName, documentName, shownName } from "./names";
import { documentFields } from "./document-fields";
import { readDocument } from "./read";
import { userFunction } from "./functions";
import { escaped, isPlainName } from "../quote";
import { numberText, doubleText, isNumber } from "../values/numbers";
import { dateText, timeText } from "../values/times";
import type { DocValue, Value } from "../values/value";

/** A document inside of another value: its text would have no end where documents refer to each other. */
function mention(cx: Context, doc: DocValue): string {
  return `[doc ${documentName(cx, doc) ?? String(doc.id)} in ${collectionName(cx, doc.coll)}]`;
}

function fields(cx: Context, entries: Iterable<readonly [string, Value]>, nested: boolean): string {
  const shown = [...entries].map(
    ([name, value]) => `${isPlainName(name) ? name : escaped(name)}: ${debug(cx, value, nested)}`,
  );
  return shown.length ? `{ ${shown.join(", ")} }` : "{}";
}

/** What a function is called; null for a lambda. */
export function functionName(cx: Context, value: Value): string | null {
  if (typeof value === "object" && value.kind === "udf")
    return value.called ?? userFunction(cx, value).name;
  return typeof value === "object" && value.kind === "method" ? value.name : null;
}

/** A function as `log` and most answers show it. */
export function functionText(name: string | null): string {
  return name === null ? "[function <lambda>]" : `[function ${name}()]`;
}

/** A value as FQL would write it: what `toString` of containers, `dbg` and messages show. */
export function debug(cx: Context, value: Value, nested = false): string {
  if (typeof value === "string") return escaped(value);
  if (typeof value === "boolean") return String(value);
  switch (value.kind) {
    case "null":
      return "null";
    case "int":
    case "long":
      return String(value.value);
    case "double":
      return doubleText(value.value);
    case "time":
      return `Time(${escaped(timeText(value))})`;
    case "transactionTime":
      return "TransactionTime()";
    case "date":
      return `Date(${escaped(dateText(value))})`;
    case "bytes":
      return `Bytes(${escaped(value.base64)})`;
    case "uuid":
      return `UUID(${escaped(value.text)})`;
    case "id":
      return `ID(${escaped(String(value.value))})`;
    case "array":
      return `[${value.items.map((item) => debug(cx, item, nested)).join(", ")}]`;
    case "object":
      return fields(cx, value.fields, nested);
    case "doc":
      return nested ? mention(cx, value) : documentText(cx, value);
    case "set":
      return "[set]";
    case "cursor":
      return escaped(value.token);
    case "eventSource":
      return "[event source]";
    case "module":
      return value.name;
    case "collection":
      return shownName(cx, value);
    default:
      return functionText(functionName(cx, value));
  }
}

/** A value as it appears inside a text: strings bare, ids and times without their constructor. */
export function display(cx: Context, value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object") return String(value);
  if (isNumber(value)) return numberText(value);
  if (value.kind === "id") return String(value.value);
  if (value.kind === "time") return timeText(value);
  if (value.kind === "date") return dateText(value);
  if (value.kind === "bytes") return value.base64;
  if (value.kind === "uuid") return value.text;
  if (value.kind === "cursor") return value.token;
  if (value.kind === "transactionTime") return "[transaction time]";
  return debug(cx, value);
}

/** A document as its fields. */
function documentText(cx: Context, doc: DocValue): string {
  const version = readDocument(cx, doc);
  return typeof version === "string" ? "null" : fields(cx, documentFields(cx, doc, version), true);
}
