import type { TypeExpr } from "../fql/ast";
import { parseType } from "../fql/parser";
import type { Span } from "../fql/source";
import { convert } from "./annotations";
import {
  any,
  fn,
  intersection,
  named,
  record,
  scheme,
  skolem,
  tuple,
  union,
  optional,
  type FunctionType,
  type Scheme,
  type Type,
} from "./type";

/** One line of the library: a field, a method with all its ways to be called, a call of the value itself, or `[…]`. */
export interface Signature {
  /** Empty for calls of the value itself, `[]` for `[…]`. */
  readonly name: string;
  readonly isMethod: boolean;
  /** The type of a field, or one function for each way to call. */
  readonly types: readonly TypeExpr[];
}

const LINE = /^(\w*)(?:: (.*)|(\(.*))$/s;

function withoutLast(type: TypeExpr, count: number): TypeExpr {
  if (type.kind !== "function") return type;
  return { ...type, params: type.params.slice(0, type.params.length - count) };
}

function readLine(line: string): Signature {
  if (line.startsWith("[")) {
    const type = parseType(line.replace(/^\[(.*?)\]/, "($1)"));
    return { name: "[]", isMethod: true, types: [type] };
  }
  const [, name, field, call] = LINE.exec(line)!;
  if (field !== undefined) return { name: name!, isMethod: false, types: [parseType(field)] };
  const optionals = call!.match(/\w\?:/g)?.length ?? 0;
  const type = parseType(call!.replaceAll("?:", ":"));
  const types = Array.from({ length: optionals + 1 }, (_, i) => withoutLast(type, optionals - i));
  return { name: name!, isMethod: true, types };
}

/** The signatures of a block of the library by name. */
export function readSignatures(text: string): Map<string, Signature> {
  const found = new Map<string, Signature>();
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (!line) continue;
    const read = readLine(line);
    const known = found.get(read.name);
    found.set(read.name, known ? { ...read, types: [...known.types, ...read.types] } : read);
  }
  return found;
}

/** Names that the library's notation uses for parameters; see `library.ts`. */
const NUMBERS = new Set(["Int", "Long", "Double"]);

function libraryName(name: string, args: readonly Type[], span: Span): Type {
  // A user's collection, which may be called as a parameter is; no identifier ends so.
  if (name.endsWith("'")) return named(name.slice(0, -1), args, span);
  const anyRecord = record(new Map(), any());
  if (NUMBERS.has(name)) return named("Number");
  if (name === "AnyObject") return any();
  if (name === "Struct" || name === "Doc") return anyRecord;
  if (name === "Object") return record(new Map(), args[0]);
  if (name === "Predicate") return fn([{ type: args[0]! }], optional(named("Boolean")));
  if (name === "Ordering") {
    const accessor = fn([{ type: args[0]! }], any());
    const by = (direction: string): Type => record(new Map([[direction, accessor]]));
    return union([by("asc"), by("desc"), accessor]);
  }
  return /^[A-Z]$/.test(name) ? skolem(name, 0) : named(name, args, span);
}

/** The type of a line of the library, without places. */
export function libraryType(expr: TypeExpr): Type {
  return withoutPlaces(convert(expr, (name, args, span) => libraryName(name.text, args, span)));
}

/** Types of the library are told at the places of those who use them. */
export function withoutPlaces(type: Type): Type {
  switch (type.kind) {
    case "named":
      return named(type.name, type.args.map(withoutPlaces));
    case "record": {
      const fields = new Map([...type.fields].map(([name, each]) => [name, withoutPlaces(each)]));
      return record(fields, type.rest && withoutPlaces(type.rest));
    }
    case "tuple":
      return tuple(type.items.map(withoutPlaces));
    case "union":
      return union(flat(type.members.map(withoutPlaces)));
    case "intersection":
      return intersection(type.members.map(withoutPlaces));
    case "function":
      return fnWithoutPlaces(type);
    case "any":
      return any();
    case "literal":
      return { ...type, span: any().span };
    default:
      return type;
  }
}

function flat(members: readonly Type[]): Type[] {
  return members.flatMap((each) => (each.kind === "union" ? flat(each.members) : [each]));
}

function fnWithoutPlaces({ params, rest, result }: FunctionType): Type {
  const param = (one: FunctionType["params"][number]): FunctionType["params"][number] => ({
    ...one,
    type: withoutPlaces(one.type),
  });
  return fn(params.map(param), withoutPlaces(result), undefined, rest && param(rest));
}

/** What a line of the library means to the checker. */
export function schemeOf({ types }: Signature): Scheme {
  const all = types.map(libraryType);
  return scheme(all.length === 1 ? all[0]! : intersection(all));
}
