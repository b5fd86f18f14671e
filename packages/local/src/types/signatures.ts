import type { TypeExpr } from "../fql/ast";
import { parseType } from "../fql/parser";

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

/** `name: Type`, `name(…) => Type`, or `+ (…) => Type`. */
const LINE = /^([^\s:(]*)(?:: (.*)| ?(\(.*\) => .*))$/s;

function withoutLast(type: TypeExpr, count: number): TypeExpr {
  if (type.kind !== "function") return type;
  return { ...type, params: type.params.slice(0, type.params.length - count) };
}

function readLine(line: string): Signature {
  if (line.startsWith("[")) {
    const type = parseType(line.replace(/^\[(.*?)\]/, "($1)"));
    return { name: "[]", isMethod: true, types: [type] };
  }
  const parts = LINE.exec(line);
  if (!parts) throw new Error(`Not a signature such as "name() => String": ${line}`);
  const [, name = "", field, call = ""] = parts;
  if (field !== undefined) return { name, isMethod: false, types: [parseType(field)] };
  const given = /\w\/(\w+):/.exec(call)?.[1];
  const optionals = call.match(/\w\?:/g)?.length ?? 0;
  const type = parseType(call.replace(/\/\w+:/, ":").replaceAll("?:", ":"));
  const types = Array.from({ length: optionals + 1 }, (_, i) => withoutLast(type, optionals - i));
  return { name, isMethod: true, types, ...(given !== undefined && { given }) };
}

const READ = new Map<string, ReadonlyMap<string, Signature>>();

/** The signatures of a block of the library by name; a block is read once. */
export function readSignatures(text: string): ReadonlyMap<string, Signature> {
  const known = READ.get(text);
  if (known) return known;
  const found = new Map<string, Signature>();
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (!line) continue;
    const read = readLine(line);
    const before = found.get(read.name);
    found.set(read.name, before ? { ...read, types: [...before.types, ...read.types] } : read);
  }
  READ.set(text, found);
  return found;
}
