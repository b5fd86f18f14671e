import { compareStrings } from "./order";
import type { SourcePart } from "./set-source";
import { kindOf, type Env, type SetValue, type Value } from "./value";

/** A text that is the same for two values exactly if indexes take them for the same. */
export function canonical(value: Value): string {
  return textOf(value, "d0");
}

/** The same for `distinct`, which does not tell 0.0 from 0: Java hashes them alike. */
export function hashed(value: Value): string {
  return textOf(value, "0");
}

function textOf(value: Value, zero: string): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "boolean") return String(value);
  switch (value.kind) {
    case "null":
      return "null";
    case "int":
    case "long":
      return `${value.value}`;
    case "double":
      if (value.value !== 0) return `d${value.value}`;
      return Object.is(value.value, -0) ? "d-0" : zero;
    case "id":
      return `${value.value}`;
    case "time":
      return `t${value.nanos}`;
    case "date":
      return `D${value.day}`;
    case "bytes":
      return `b${value.base64}`;
    case "uuid":
      return `u${value.text}`;
    case "array":
      return `[${value.items.map((item) => textOf(item, zero)).join()}]`;
    case "object":
      return `{${[...value.fields]
        .sort((a, b) => compareStrings(a[0], b[0]))
        .map(([name, field]) => `${JSON.stringify(name)}:${textOf(field, zero)}`)
        .join()}}`;
    case "doc":
      return `@${value.coll}/${value.id < 0n ? (value.name ?? "") : value.id}`;
    case "collection":
      return `c${value.id}${value.alias ?? ""}`;
    case "module":
      return `m${value.name}`;
    case "set":
      return setText(value);
    case "lambda":
      return `f${idOf(value.body)}${envText(value.env)}`;
    default:
      return kindOf(value);
  }
}

const ids = new WeakMap<object, number>();
let lastId = 0;

/** A number for what is only the same as itself. */
function idOf(object: object): number {
  const id = ids.get(object) ?? ++lastId;
  ids.set(object, id);
  return id;
}

/** A set is what it was made from, and how; one with a page size of its own is only itself. */
function setText(set: SetValue): string {
  return set.pageSize === undefined ? `${partText(set.source)}@${set.readTs}` : `s${idOf(set)}`;
}

function partText(part: SourcePart): string {
  if (typeof part === "number") return String(part);
  if (typeof part !== "object" || "kind" in part) return canonical(part);
  return `s${idOf(part.constructor)}(${part.parts().map(partText).join()})`;
}

/** What a function sees of the variables around it. */
function envText(env: Env | null): string {
  return env ? `[${env.name}=${canonical(env.value)}]${envText(env.outer)}` : "";
}
