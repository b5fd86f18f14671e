import type { Context } from "../fql/model/context";
import { collectionName, documentName } from "../fql/model/names";
import { documentFields } from "../fql/model/document-fields";
import { readDocument } from "../fql/model/read";
import { firstPage, tokenOf, type Page } from "../fql/sets/pages";
import { functionName } from "../fql/model/display";
import { timeFromMicros } from "../fql/values/times";
import type { DocValue, Value } from "../fql/values/value";
import { isNamed } from "../store/system";
import { registerEventSource } from "./event-sources";
import type { Plain, PlainReference } from "./plain";

export function referenceOf(cx: Context, doc: DocValue): PlainReference {
  const name = isNamed(doc.coll) ? documentName(cx, doc) : undefined;
  return {
    key: name === undefined ? { id: String(doc.id) } : { name },
    collection: collectionName(cx, doc.coll),
  };
}

/** What is inside a document shows other documents as references only. */
function fields(
  cx: Context,
  values: Iterable<readonly [string, Value]>,
  inDocument: boolean,
): Map<string, Plain> {
  const plain = new Map<string, Plain>();
  for (const [name, value] of values) plain.set(name, read(cx, value, inDocument));
  return plain;
}

/** A document with all its fields, or the reference that says why it has none. */
function document(cx: Context, doc: DocValue): Plain {
  const found = readDocument(cx, doc);
  if (typeof found === "string") return { kind: "ref", to: referenceOf(cx, doc), absence: found };
  return { kind: "doc", fields: fields(cx, documentFields(cx, doc, found), true) };
}

function page(cx: Context, { data, after }: Page): Map<string, Plain> {
  const plain = new Map<string, Plain>([
    ["data", { kind: "array", items: data.map((item) => read(cx, item, false)) }],
  ]);
  if (after !== undefined) plain.set("after", after);
  return plain;
}

/** A half of a character that two units make: UTF-8 has none, so Java writes a question mark. */
const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function read(cx: Context, value: Value, inDocument: boolean): Plain {
  cx.step();
  if (typeof value === "string") return value.replace(HALF, "?");
  if (typeof value !== "object") return value;
  switch (value.kind) {
    case "null":
      return null;
    case "int":
    case "long":
    case "double":
    case "time":
    case "date":
    case "bytes":
    case "uuid":
      return value;
    case "transactionTime":
      return timeFromMicros(cx.tx.ts);
    case "id":
      return String(value.value);
    case "array":
      return { kind: "array", items: value.items.map((item) => read(cx, item, inDocument)) };
    case "object":
      return { kind: "object", fields: fields(cx, value.fields, inDocument) };
    case "doc":
      return inDocument ? { kind: "ref", to: referenceOf(cx, value) } : document(cx, value);
    case "set":
      // Inside of a document a set is only a token to read it by, or documents could contain each other without end.
      return inDocument
        ? { kind: "set", token: tokenOf(cx, value) }
        : { kind: "set", fields: page(cx, firstPage(cx, value)) };
    case "cursor":
      return value.token;
    case "module":
      return { kind: "module", name: value.name };
    case "collection":
      return { kind: "module", name: collectionName(cx, value.id) };
    case "eventSource":
      return { kind: "stream", token: registerEventSource(cx, value) };
    default:
      return { kind: "function", name: functionName(cx, value) };
  }
}

/** Reads all that an answer shows of a value. */
export function materialize(cx: Context, value: Value): Plain {
  return read(cx, value, false);
}
