import { SerializationError } from "../../errors";
import { toBase64 } from "./base64";
import { mapFields, nameOf, NO_V4, TAG } from "./tags";

/** What stands for a value in JSON. */
export function encode(value: unknown): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : tag("number", Object.is(value, -0) ? "-0" : String(value));
    case "bigint":
      return tag("bigint", String(value));
    case "undefined":
      return tag("undefined");
    case "object":
      return value && encodeObject(value);
    default:
      throw unknown(typeof value);
  }
}

function encodeObject(value: object): unknown {
  // By index, as an array with holes is written as one with undefined.
  if (Array.isArray(value)) return Array.from(value, encode);
  if (value instanceof Uint8Array) return tag("bytes", toBase64(value));
  if (value instanceof Date) return tag("date", value.getTime());
  // Why a query failed is part of its state. What it carries beside its text is not to be kept.
  if (value instanceof Error) return tag("error", value.name, value.message);
  const prototype = Object.getPrototypeOf(value) as object | null;
  const name = prototype && nameOf(prototype);
  if (name) return tag(name, mapFields(value, encode));
  if (prototype && Object.getPrototypeOf(prototype) !== null)
    throw "_isFaunaExpr" in value
      ? new SerializationError("unknown_class", NO_V4)
      : unknown(`an instance of ${prototype.constructor.name}`);
  const object = mapFields(value, encode);
  return Object.hasOwn(object, TAG) ? tag("object", object) : object;
}

const tag = (kind: string, ...payload: unknown[]): object => ({
  [TAG]: [kind, ...payload],
});

const unknown = (what: string): SerializationError =>
  new SerializationError("not_serializable", `Not a value of Fauna's: ${what}.`);
