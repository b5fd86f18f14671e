import type { TypeExpr } from "../fql/ast";
import { parseType } from "../fql/parser";

// The notation of the library is the server's. `a?` may be left out, and a name may have several signatures.
//
// Some types of parameters say more than the checker knows: `Int` and `Long` are numbers to it; `Object<A>` is an object
// or a document, `Struct` an object only, and `AnyObject` either, of which nothing is known; `Doc` is a document, `Data`
// what is written to one; `Range` limits a set; `Shown` is a text, or when it runs whatever can be shown as one;
// `Predicate<A>` is a function from A to a Boolean or null, `Ordering<A>` a function from A, or `asc` or `desc` of one.
// `Document` is the document at hand. `pred` in `predicate/pred` is what the server calls a function that takes the wrong
// number of arguments.

/** What the library has by one name: a field, a method with all its ways to be called, a call of the value, or `[…]`. */
export interface Signature {
  /** Empty for calls of the value itself, `[]` for `[…]`. */
  readonly name: string;
  readonly isMethod: boolean;
  /** The type of a field, or one function for each way to call. */
  readonly types: readonly TypeExpr[];
  /** What the server calls a function that is given, where that takes a wrong number of arguments. */
  readonly given?: string;
}

/** By their names. */
export type Signatures = ReadonlyMap<string, Signature>;

/** `name: Type`, or `name(…) => Type`. */
const LINE = /^([^\s:(]*)(?:: (.*)|(\(.*\) => .*))$/;

function withoutLast(type: TypeExpr, count: number): TypeExpr {
  if (type.kind !== "function") return type;
  return { ...type, params: type.params.slice(0, type.params.length - count) };
}

/** Reads `name: Type`, `name(…) => Type`, or `[…] => Type`. */
export function readSignature(line: string): Signature {
  try {
    return read(line);
  } catch (cause) {
    throw new Error(`Not a signature such as "name() => String": ${line}`, { cause });
  }
}

function read(line: string): Signature {
  if (line.startsWith("[")) {
    const type = parseType(line.replace(/^\[(.*?)\]/, "($1)"));
    return { name: "[]", isMethod: true, types: [type] };
  }
  const [, name = "", field, call = ""] = LINE.exec(line) ?? [];
  if (field !== undefined) return { name, isMethod: false, types: [parseType(field)] };
  const given = /\w\/(\w+):/.exec(call)?.[1];
  const optionals = call.match(/\w\?:/g)?.length ?? 0;
  const type = parseType(call.replace(/\/\w+:/, ":").replaceAll("?:", ":"));
  const types = Array.from({ length: optionals + 1 }, (_, i) => withoutLast(type, optionals - i));
  return { name, isMethod: true, types, ...(given !== undefined && { given }) };
}

/** The signatures by their names; those of one name are ways to call one thing. */
export function byName(signatures: readonly Signature[]): Signatures {
  const found = new Map<string, Signature>();
  for (const each of signatures) {
    const before = found.get(each.name);
    found.set(each.name, before ? { ...each, types: [...before.types, ...each.types] } : each);
  }
  return found;
}
