import type { WireFormat } from "../engine";
import { functionText } from "../fql/model/display";
import { escaped, isPlainName } from "../fql/quote";
import { doubleText } from "../fql/values/numbers";
import { dateText, timeText } from "../fql/values/times";
import type { NumberValue } from "../fql/values/value";
import type { Plain, PlainReference } from "./plain";

type Json = unknown;
type Fields = ReadonlyMap<string, Plain>;

/** An object without a prototype, so that a field `__proto__` is a field. */
function jsonObject(entries: Iterable<readonly [string, Json]>): Record<string, Json> {
  const result = Object.create(null) as Record<string, Json>;
  for (const [name, value] of entries) result[name] = value;
  return result;
}

function mapped(fields: Fields, encode: (value: Plain) => Json): Record<string, Json> {
  return jsonObject([...fields].map(([name, value]): [string, Json] => [name, encode(value)]));
}

function taggedReference({ key, collection }: PlainReference): Record<string, Json> {
  return { ...key, coll: { "@mod": collection } };
}

/** Objects with a key that looks like a tag are wrapped. */
function taggedFields(fields: Fields): Json {
  const plain = mapped(fields, encodeTagged);
  return [...fields.keys()].some((name) => name.startsWith("@")) ? { "@object": plain } : plain;
}

function taggedNumber(value: NumberValue): Json {
  if (value.kind === "double") return { "@double": doubleText(value.value) };
  return { [`@${value.kind}`]: String(value.value) };
}

/** The tagged format: types survive. */
export function encodeTagged(value: Plain): Json {
  if (value === null || typeof value !== "object") return value;
  switch (value.kind) {
    case "int":
    case "long":
    case "double":
      return taggedNumber(value);
    case "time":
      return { "@time": timeText(value) };
    case "date":
      return { "@date": dateText(value) };
    case "bytes":
      return { "@bytes": value.base64 };
    case "uuid":
      return { "@uuid": value.text };
    case "array":
      return value.items.map(encodeTagged);
    case "object":
      return taggedFields(value.fields);
    case "doc":
      return { "@doc": taggedFields(value.fields) };
    case "set":
      return { "@set": "token" in value ? value.token : mapped(value.fields, encodeTagged) };
    case "ref":
      return {
        "@ref": {
          ...taggedReference(value.to),
          ...(value.absence ? { exists: false, cause: value.absence } : {}),
        },
      };
    case "module":
      return { "@mod": value.name };
    case "stream":
      return { "@stream": value.token };
    case "function":
      return functionText(value.name);
  }
}

function simpleNumber(value: NumberValue): Json {
  const number = Number(value.value);
  return Number.isFinite(number) ? number : doubleText(number);
}

/** The simple format: plain JSON. */
export function encodeSimple(value: Plain): Json {
  if (value === null || typeof value !== "object") return value;
  switch (value.kind) {
    case "int":
    case "long":
    case "double":
      return simpleNumber(value);
    case "time":
      return timeText(value);
    case "date":
      return dateText(value);
    case "bytes":
      return value.base64;
    case "uuid":
      return value.text;
    case "array":
      return value.items.map(encodeSimple);
    case "set":
      return "token" in value ? value.token : mapped(value.fields, encodeSimple);
    case "object":
    case "doc":
      return mapped(value.fields, encodeSimple);
    case "ref":
      return value.absence ? null : { ...value.to.key, coll: value.to.collection };
    case "module":
      return value.name;
    case "stream":
      return value.token;
    case "function":
      return functionText(value.name);
  }
}

/** A text of several lines as a heredoc, any other in quotes. */
function literal(text: string): string {
  if (!text.includes("\n")) return escaped(text);
  const ends = ["END", ...Array.from({ length: 10 }, (_, i) => `END${i}`)];
  const end = ends.find((each) => !text.includes(each));
  if (end === undefined) return escaped(text);
  const lines = text
    .replace(/\r\n|\r|\n$/g, "\n")
    .replace(/\n$/, "")
    .split("\n");
  return `<<-${end}\n${lines.map((line) => `  ${line}`).join("\n")}\n${end}`;
}

function decoratedDouble(value: number): string {
  const text = doubleText(value);
  return Number.isFinite(value) ? text : text.replace(/(?=NaN|Infinity)/, "Math.");
}

function bracketed(open: string, close: string, items: readonly string[]): string {
  return items.length
    ? `${open}\n${items.map((item) => item.replace(/^/gm, "  ")).join(",\n")}\n${close}`
    : open + close;
}

function decoratedReference({ key, collection }: PlainReference): string {
  return "id" in key
    ? `${collection}(${escaped(key.id)})`
    : `${collection}.byName(${literal(key.name)})`;
}

function decoratedFields(fields: Fields): string {
  const name = (each: string): string => (isPlainName(each) ? each : literal(each));
  return bracketed(
    "{",
    "}",
    [...fields].map(([each, value]) => `${name(each)}: ${encodeDecorated(value)}`),
  );
}

/** The decorated format: FQL text for people. */
export function encodeDecorated(value: Plain): string {
  if (value === null) return "null";
  if (typeof value === "string") return literal(value);
  if (typeof value === "boolean") return String(value);
  switch (value.kind) {
    case "int":
    case "long":
      return String(value.value);
    case "double":
      return decoratedDouble(value.value);
    case "time":
      return `Time(${escaped(timeText(value))})`;
    case "date":
      return `Date(${escaped(dateText(value))})`;
    case "bytes":
      return `Bytes(${escaped(value.base64)})`;
    case "uuid":
      return `UUID(${escaped(value.text)})`;
    case "array":
      return bracketed("[", "]", value.items.map(encodeDecorated));
    case "set":
      return "token" in value ? escaped(value.token) : decoratedFields(value.fields);
    case "object":
    case "doc":
      return decoratedFields(value.fields);
    case "ref":
      return decoratedReference(value.to) + (value.absence ? ` /* ${value.absence} */` : "");
    case "module":
      return value.name;
    case "stream":
      return escaped(value.token);
    case "function":
      return escaped(`[function ${value.name ?? "<lambda>"}]`);
  }
}

/** A read value in the format that was asked for. */
export function encode(value: Plain, format: WireFormat): Json {
  if (format === "tagged") return encodeTagged(value);
  return format === "simple" ? encodeSimple(value) : encodeDecorated(value);
}
