import type { Context } from "../fql/model/context";
import { canonical } from "../fql/values/canonical";
import { collectionName, documentName, shownName } from "../fql/model/names";
import { documentFields } from "../fql/model/document-fields";
import { readDocument } from "../fql/model/read";
import { firstPage, tokenOf, type Page } from "../fql/sets/pages";
import { functionName } from "../fql/model/display";
import { timeFromMicros } from "../fql/values/times";
import type { DocValue, SetValue, Value } from "../fql/values/value";
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

/** What an answer shows of sets: the first page of each that is not inside of a document. */
class Pages {
  readonly #pages = new Map<SetValue, Page>();
  #byContent: Map<string, Page> | null = null;

  constructor(
    readonly cx: Context,
    value: Value,
  ) {
    this.#read(value);
  }

  #read(value: Value): void {
    if (typeof value !== "object") return;
    if (value.kind === "array") for (const item of value.items) this.#read(item);
    else if (value.kind === "object") for (const field of value.fields.values()) this.#read(field);
    else if (value.kind === "set" && !this.#pages.has(value)) {
      const page = firstPage(this.cx, value);
      this.#pages.set(value, page);
      for (const item of page.data) this.#read(item);
    }
  }

  of(set: SetValue): Page {
    return this.#pages.get(set)!;
  }

  /** The page of the same set elsewhere in the answer. */
  like(set: SetValue): Page | undefined {
    this.#byContent ??= new Map([...this.#pages].map(([each, page]) => [canonical(each), page]));
    return this.#byContent.size ? this.#byContent.get(canonical(set)) : undefined;
  }
}

/** Outside of documents; in one; in a set that one has. */
type Place = "answer" | "document" | "page";

/** Reads values as answers show them. What is inside a document shows other documents as references only. */
class Reader {
  readonly #pages: Pages;

  constructor(
    readonly cx: Context,
    value: Value,
  ) {
    this.#pages = new Pages(cx, value);
  }

  #fields(values: Iterable<readonly [string, Value]>, place: Place): Map<string, Plain> {
    const plain = new Map<string, Plain>();
    for (const [name, value] of values) plain.set(name, this.read(value, place));
    return plain;
  }

  /** A document with all its fields, or the reference that says why it has none. */
  #document(doc: DocValue): Plain {
    const found = readDocument(this.cx, doc);
    if (typeof found === "string")
      return { kind: "ref", to: referenceOf(this.cx, doc), absence: found };
    const fields = documentFields(this.cx, doc, found);
    return { kind: "doc", fields: this.#fields(fields, "document") };
  }

  #page({ data, after }: Page, place: Place): Map<string, Plain> {
    const items = data.map((item) => this.read(item, place));
    const plain = new Map<string, Plain>([["data", { kind: "array", items }]]);
    if (after !== undefined) plain.set("after", after);
    return plain;
  }

  /** Inside of a document a set that no other part of the answer shows is only a token, or it could contain itself. */
  #set(set: SetValue, place: Place): Plain {
    if (place === "answer") return { kind: "set", fields: this.#page(this.#pages.of(set), place) };
    const known = place === "document" ? this.#pages.like(set) : undefined;
    if (known) return { kind: "set", fields: this.#page(known, "page") };
    return { kind: "set", token: tokenOf(this.cx, set) };
  }

  read(value: Value, place: Place): Plain {
    const { cx } = this;
    cx.step();
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
        return { kind: "array", items: value.items.map((item) => this.read(item, place)) };
      case "object":
        return { kind: "object", fields: this.#fields(value.fields, place) };
      case "doc":
        return place === "answer"
          ? this.#document(value)
          : { kind: "ref", to: referenceOf(cx, value) };
      case "set":
        return this.#set(value, place);
      case "cursor":
        return value.token;
      case "module":
        return { kind: "module", name: value.name };
      case "collection":
        return { kind: "module", name: shownName(cx, value) };
      case "eventSource":
        return { kind: "stream", token: registerEventSource(cx, value) };
      default:
        return { kind: "function", name: functionName(cx, value) };
    }
  }
}

/** Reads all that an answer shows of a value. */
export function materialize(cx: Context, value: Value): Plain {
  return new Reader(cx, value).read(value, "answer");
}
