import { TaggedTypeFormat } from "fauna";

import { SerializationError } from "../../errors";
import { type Kind, nameOf, NO_V4, TAG } from "./tags";

/** For `JSON.stringify`: what stands for a value in JSON. */
export function encode(this: Readonly<Record<string, unknown>>, key: string): unknown {
  // As it was before any toJSON.
  const value = this[key];
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : tag("number", Object.is(value, -0) ? "-0" : String(value));
    case "bigint":
      return tag("bigint", String(value));
    case "undefined":
      return tag("undefined");
    case "function":
    case "symbol":
      throw unknown(typeof value);
    case "object":
      return value && encodeObject(value);
    default:
      return value;
  }
}

function encodeObject(value: object): unknown {
  if (Array.isArray(value)) return value;
  if (value instanceof Uint8Array)
    return tag("bytes", JSON.stringify(TaggedTypeFormat.encode(value)));
  if (value instanceof Date) return tag("date", value.getTime());
  // Why a query failed is part of its state. What it carries beside its text is not to be kept.
  if (value instanceof Error) return tag("error", value.name, value.message);
  const prototype = Object.getPrototypeOf(value) as object | null;
  const name = prototype && nameOf(prototype);
  if (name) return tag(name, { ...value });
  if (prototype && Object.getPrototypeOf(prototype))
    throw "_isFaunaExpr" in value
      ? new SerializationError("unknown_class", NO_V4)
      : unknown(`an instance of ${prototype.constructor.name}`);
  return Object.hasOwn(value, TAG) ? tag("object", Object.entries(value)) : value;
}

const tag = (kind: Kind | (string & {}), ...payload: unknown[]): object => ({
  [TAG]: [kind, ...payload],
});

const unknown = (what: string): SerializationError =>
  new SerializationError("not_serializable", `Not a value of Fauna's: ${what}.`);
