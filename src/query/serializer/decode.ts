import { SerializationError } from "../../errors";
import { fromBase64 } from "./base64";
import { classNamed, type Kind, mapFields, NO_V4, TAG } from "./tags";

const kinds: Readonly<Record<Kind, (...payload: never[]) => unknown>> = {
  undefined: () => undefined,
  number: (text: string) => Number(text),
  bigint: (text: string) => BigInt(text),
  bytes: (text: string) => fromBase64(text),
  date: (time: number | null) => new Date(time ?? NaN),
  error: (name: string, message: string) => Object.assign(new Error(message), { name }),
  object: (object: object) => mapFields(object, decode),
};

/** The value that {@link encode} has written. */
export function decode(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(decode);
  if (typeof json !== "object" || json === null) return json;
  return Object.hasOwn(json, TAG) ? untag((json as Tagged)[TAG]) : mapFields(json, decode);
}

interface Tagged {
  readonly [TAG]: readonly [kind: string, ...payload: never[]];
}

function untag([kind, ...payload]: Tagged[typeof TAG]): unknown {
  if (Object.hasOwn(kinds, kind)) return kinds[kind as Kind](...payload);
  const { prototype } = classNamed(kind) ?? unknownClass(kind);
  // Not by the constructor: of some classes it takes something else than what they have.
  return Object.setPrototypeOf(mapFields(payload[0] as never, decode), prototype);
}

function unknownClass(name: string): never {
  const message = name.startsWith("v4.") ? NO_V4 : `There is no class ${name} here.`;
  throw new SerializationError("unknown_class", message);
}
