import type { TypeExpr } from "../fql/ast";
import { NO_SPAN, type Span } from "../fql/source";
import { convert } from "./annotations";
import type { Signature } from "./signatures";
import {
  any,
  fn,
  intersection,
  mapParts,
  named,
  record,
  scheme,
  skolem,
  union,
  optional,
  type Scheme,
  type Type,
} from "./type";

/** What names stand for in a block that several types share. */
export type OwnNames = ReadonlyMap<string, Type>;

/** `Document` and `NullDocument` in the lines of a collection. */
export function documentNames(document: string): OwnNames {
  return new Map([
    ["Document", named(document)],
    ["NullDocument", named(`Null${document}`)],
  ]);
}

/** Names that the library's notation uses for parameters; see `signatures.ts`. */
const PARAMETERS = new Map<string, (...args: readonly Type[]) => Type>([
  ...["Int", "Long", "Double"].map((name) => [name, () => named("Number")] as const),
  ["Shown", () => named("String")],
  ["AnyObject", () => any()],
  ...["Struct", "Doc", "Data"].map((name) => [name, () => record(new Map(), any())] as const),
  ["Object", (of) => record(new Map(), of)],
  ["Range", range],
  ["Predicate", (of) => fn([{ type: of }], optional(named("Boolean")))],
  ["Ordering", (of) => ordering(of)],
]);

/** The limits that a set may be given. */
export function range(): Type {
  const limits = (...names: string[]): Type => record(new Map(names.map((name) => [name, any()])));
  return union([limits("from"), limits("to"), limits("from", "to")]);
}

function ordering(of: Type): Type {
  const accessor = fn([{ type: of }], any());
  const by = (direction: string): Type => record(new Map([[direction, accessor]]));
  return union([by("asc"), by("desc"), accessor]);
}

/** The type of a line of the library, without places. */
export function libraryType(expr: TypeExpr, own?: OwnNames): Type {
  const meaning = (name: string, args: readonly Type[], span: Span): Type =>
    own?.get(name) ??
    PARAMETERS.get(name)?.(...args) ??
    (/^[A-Z]$/.test(name) ? skolem(name, 0) : named(name, args, span));
  return withoutPlaces(convert(expr, (name, args, span) => meaning(name.text, args, span)));
}

/** Types of the library are told at the places of those who use them. */
function withoutPlaces(type: Type): Type {
  const inner = mapParts(type, withoutPlaces);
  if (inner.kind === "var") return inner;
  return inner.kind === "union" ? union(flat(inner.members)) : { ...inner, span: NO_SPAN };
}

function flat(members: readonly Type[]): Type[] {
  return members.flatMap((each) => (each.kind === "union" ? flat(each.members) : [each]));
}

/** What a line of the library means to the checker. */
export function schemeOf({ types }: Signature, own?: OwnNames): Scheme {
  const all = types.map((type) => libraryType(type, own));
  return scheme(all.length === 1 ? all[0]! : intersection(all));
}
