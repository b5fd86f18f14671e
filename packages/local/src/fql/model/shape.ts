import type { Expr } from "../ast";
import type { Value } from "../values/value";

/** The type of a stored field. */
export type Shape =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "literal"; readonly value: Value; readonly shown: string }
  | { readonly kind: "array"; readonly of: Shape }
  | { readonly kind: "tuple"; readonly of: readonly Shape[] }
  | ObjectShape
  /** `shown` is what messages tell of it, if not all. */
  | { readonly kind: "union"; readonly of: readonly Shape[]; readonly shown?: string }
  /** A reference to a document: one that is there or, with `whole`, also one that is not. */
  | { readonly kind: "ref"; readonly to: string; readonly whole: boolean }
  /** What no stored value is: a function, a set. */
  | { readonly kind: "opaque"; readonly shown: string };

export interface ObjectShape {
  readonly kind: "object";
  readonly fields: ReadonlyMap<string, Shape>;
  readonly rest: Shape | null;
  /** What fields are that a write does not mention. */
  readonly initials?: ReadonlyMap<string, Expr>;
}

export function alternatives(shape: Shape): readonly Shape[] {
  if (shape.kind === "ref")
    return [{ kind: "name", name: shape.to }, ...(shape.whole ? [nullDocument(shape.to)] : [])];
  return shape.kind === "union" ? shape.of.flatMap(alternatives) : [shape];
}

export function nullDocument(collection: string): Shape {
  return { kind: "name", name: `Null${collection}` };
}

export function acceptsNull(shape: Shape): boolean {
  return alternatives(shape).some(
    (each) => each.kind === "name" && (each.name === "Null" || each.name === "Any"),
  );
}

export function showShape(shape: Shape): string {
  switch (shape.kind) {
    case "name":
      return shape.name === "AnyDoc" ? "{ *: Any }" : shape.name;
    case "literal":
    case "opaque":
      return shape.shown;
    case "array":
      return `Array<${showShape(shape.of)}>`;
    case "tuple":
      return `[${shape.of.map(showShape).join(", ")}]`;
    case "union":
      return shape.shown ?? showUnion(alternatives(shape));
    case "ref":
      return alternatives(shape).map(showShape).join(" | ");
    case "object": {
      const fields = [...shape.fields].map(([name, field]) => `${name}: ${showShape(field)}`);
      if (shape.rest) fields.push(`*: ${showShape(shape.rest)}`);
      return fields.length ? `{ ${fields.join(", ")} }` : "{}";
    }
  }
}

function isNullShape(shape: Shape): boolean {
  return shape.kind === "name" && shape.name === "Null";
}

function ofKind<K extends Shape["kind"]>(
  members: readonly Shape[],
  kind: K,
): Extract<Shape, { readonly kind: K }>[] {
  return members.filter((each): each is Extract<Shape, { readonly kind: K }> => each.kind === kind);
}

/**
 * The types of a union by their kinds. Arrays are told as one of all that they hold, objects as one with the fields that
 * all of them have; a literal is not told beside its type.
 */
function showUnion(members: readonly Shape[]): string {
  const [objects, arrays] = [ofKind(members, "object"), ofKind(members, "array")];
  const named = members.filter(
    (each) => (each.kind === "name" && !isNullShape(each)) || each.kind === "opaque",
  );
  const names = new Set(named.map(showShape));
  const literals = ofKind(members, "literal").filter(({ value }) => !names.has(typeName(value)));
  const list = { kind: "array", of: { kind: "union", of: arrays.map(({ of }) => of) } } as const;
  const shown = [
    ...literals,
    ...named,
    ...(arrays.length > 1 ? [list] : arrays),
    ...(objects.length > 1 ? [common(objects)] : objects),
    ...ofKind(members, "tuple"),
    ...members.filter(isNullShape),
  ].map(showShape);
  return [...new Set(shown)].join(" | ");
}

/** The type of a literal. */
function typeName(value: Value): string {
  if (typeof value === "string") return "String";
  return typeof value === "boolean" ? "Boolean" : "Int";
}

function common(objects: readonly ObjectShape[]): ObjectShape {
  const names = new Set(objects.flatMap(({ fields }) => [...fields.keys()]));
  const fields = [...names].flatMap((name): [string, Shape][] => {
    const all = objects.map((each) => each.fields.get(name) ?? each.rest);
    const of = all.filter((each) => each !== null);
    return of.length === all.length ? [[name, { kind: "union", of }]] : [];
  });
  return { kind: "object", fields: new Map(fields), rest: null };
}
