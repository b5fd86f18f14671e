import { TaggedTypeFormat } from "fauna";

import { SerializationError } from "../../errors";
import { classNamed, type Kind, NO_V4, TAG } from "./tags";

/** JSON.parse leaves out what comes as undefined, so this stands for it until the object around it is there. */
const UNDEFINED = {};

const kinds: Readonly<Record<Kind, (...payload: never[]) => unknown>> = {
  undefined: () => UNDEFINED,
  number: Number,
  bigint: BigInt,
  bytes: (text: string): unknown => TaggedTypeFormat.decode(text, { long_type: "number" }),
  date: (time: number) => new Date(time),
  error: (name: string, message: string) => Object.assign(new Error(message), { name }),
  object: Object.fromEntries,
};

/** For `JSON.parse`: the value that `encode` has written. */
export function decode(_key: string, json: unknown): unknown {
  if (typeof json !== "object" || json === null) return json;
  const fields = json as Record<string, unknown>;
  for (const key in fields) if (fields[key] === UNDEFINED) fields[key] = undefined;
  return Object.hasOwn(fields, TAG) ? untag(fields[TAG] as never) : json;
}

function untag([kind, ...payload]: [kind: string, ...payload: never[]]): unknown {
  if (Object.hasOwn(kinds, kind)) return kinds[kind as Kind](...payload);
  const { prototype } = classNamed(kind) ?? unknownClass(kind);
  // Not by the constructor: of some classes it takes something else than what they have.
  return Object.setPrototypeOf(payload[0], prototype);
}

function unknownClass(name: string): never {
  const message = name.startsWith("v4.") ? NO_V4 : `There is no class ${name} here.`;
  throw new SerializationError("unknown_class", message);
}
