import { compareStrings } from "./order";
import { kindOf, type Value } from "./value";

/** A text that is the same for two values exactly if indexes and `distinct` take them for the same. */
export function canonical(value: Value): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "boolean") return String(value);
  switch (value.kind) {
    case "null":
      return "null";
    case "int":
    case "long":
      return `${value.value}`;
    case "double":
      return `d${Object.is(value.value, -0) ? 0 : value.value}`;
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
      return `[${value.items.map(canonical).join()}]`;
    case "object":
      return `{${[...value.fields]
        .sort((a, b) => compareStrings(a[0], b[0]))
        .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`)
        .join()}}`;
    case "doc":
      return `@${value.coll}/${value.id < 0n ? (value.name ?? "") : value.id}`;
    case "collection":
      return `c${value.id}`;
    case "module":
      return `m${value.name}`;
    default:
      return kindOf(value);
  }
}
