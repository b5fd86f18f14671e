import type { ConstraintFailure } from "../errors";
import { isIdLike } from "../stdlib/types";
import { kindOf, isNull, type Kind, type ObjectValue, type Value } from "../values/value";
import { shapeName } from "../values/type-names";

/** The type of a stored field. */
export type Shape =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "literal"; readonly value: Value; readonly shown: string }
  | { readonly kind: "array"; readonly of: Shape }
  | { readonly kind: "tuple"; readonly of: readonly Shape[] }
  | {
      readonly kind: "object";
      readonly fields: ReadonlyMap<string, Shape>;
      readonly rest: Shape | null;
    }
  | { readonly kind: "union"; readonly of: readonly Shape[] }
  /** A field that may be left out, although its type does not say so. */
  | { readonly kind: "optional"; readonly of: Shape };

type Path = readonly (string | number)[];

const KINDS: ReadonlyMap<string, readonly Kind[]> = new Map<string, readonly Kind[]>([
  ["Null", ["null"]],
  ["Boolean", ["boolean"]],
  ["String", ["string"]],
  ["Int", ["int"]],
  ["Long", ["int", "long"]],
  ["Double", ["double"]],
  ["Number", ["int", "long", "double"]],
  ["Time", ["time", "transactionTime"]],
  ["Date", ["date"]],
  ["Bytes", ["bytes"]],
  ["Query", ["lambda"]],
]);

/** A shape from its text: `Int?`, `Array<String> | Null`, `{ a: Int, *: Any }`, `Ref<User>`. */
export function parseShape(text: string): Shape {
  return new ShapeReader(text).read();
}

class ShapeReader {
  #at = 0;
  readonly #tokens: readonly string[];

  constructor(readonly text: string) {
    this.#tokens = text.match(/"[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|\w+|\S/g) ?? [];
  }

  read(): Shape {
    const shape = this.#union();
    if (this.#at < this.#tokens.length)
      throw new SyntaxError(`Unexpected ${this.#tokens[this.#at]!}`);
    return shape;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }
  #need(token: string): void {
    if (!this.#take(token)) throw new SyntaxError(`Expected ${token}`);
  }

  #union(): Shape {
    const parts: Shape[] = [];
    do {
      parts.push(this.#primary());
      if (this.#take("?")) parts.push({ kind: "name", name: "Null" });
    } while (this.#take("|"));
    return parts.length === 1 ? parts[0]! : { kind: "union", of: parts };
  }

  #primary(): Shape {
    const token = this.#tokens[this.#at++] ?? "";
    if (token === "{") return this.#object();
    if (token === "[") return this.#tuple();
    if (token === "(") {
      const inner = this.#union();
      this.#need(")");
      return inner;
    }
    if (/^["']/.test(token))
      return { kind: "literal", value: token.slice(1, -1), shown: `"${token.slice(1, -1)}"` };
    if (/^(true|false)$/.test(token))
      return { kind: "literal", value: token === "true", shown: token };
    if (/^-?\d+$/.test(token))
      return { kind: "literal", value: { kind: "int", value: Number(token) }, shown: token };
    if (!/^\w+$/.test(token)) throw new SyntaxError(`Unexpected ${token}`);
    if (!this.#take("<")) return { kind: "name", name: token };
    const inner = this.#union();
    this.#need(">");
    if (token === "Array") return { kind: "array", of: inner };
    return inner.kind === "name" ? inner : { kind: "name", name: token };
  }

  #tuple(): Shape {
    const of: Shape[] = [];
    while (!this.#take("]")) {
      of.push(this.#union());
      this.#take(",");
    }
    return { kind: "tuple", of };
  }

  #object(): Shape {
    const fields = new Map<string, Shape>();
    let rest: Shape | null = null;
    while (!this.#take("}")) {
      const name = (this.#tokens[this.#at++] ?? "").replace(/^["']|["']$/g, "");
      const optional = this.#take("?");
      this.#need(":");
      const read = this.#union();
      const shape: Shape = optional ? { kind: "optional", of: read } : read;
      if (name === "*") rest = shape;
      else fields.set(name, shape);
      this.#take(",");
    }
    return { kind: "object", fields, rest };
  }
}

function alternatives(shape: Shape): readonly Shape[] {
  if (shape.kind === "optional") return alternatives(shape.of);
  return shape.kind === "union" ? shape.of.flatMap(alternatives) : [shape];
}

export function acceptsNull(shape: Shape): boolean {
  if (shape.kind === "optional") return true;
  return alternatives(shape).some(
    (each) => each.kind === "name" && (each.name === "Null" || each.name === "Any"),
  );
}

export function showShape(shape: Shape): string {
  switch (shape.kind) {
    case "name":
      return shape.name;
    case "literal":
      return shape.shown;
    case "array":
      return `Array<${showShape(shape.of)}>`;
    case "tuple":
      return `[${shape.of.map(showShape).join(", ")}]`;
    case "union":
      return shape.of.map(showShape).join(" | ");
    case "optional":
      return showShape(shape.of);
    case "object": {
      const fields = [...shape.fields].map(([name, field]) => `${name}: ${showShape(field)}`);
      if (shape.rest) fields.push(`*: ${showShape(shape.rest)}`);
      return fields.length ? `{ ${fields.join(", ")} }` : "{}";
    }
  }
}

/** Checks of a document's fields; `collectionOf` says which collection a name in a signature means. */
export class ShapeCheck {
  readonly failures: ConstraintFailure[] = [];

  constructor(readonly collectionOf: (name: string) => number | undefined) {}

  /** The fields of an object, each missing, unexpected or wrong one on its own. */
  object(
    fields: ReadonlyMap<string, Shape>,
    rest: Shape | null,
    value: ObjectValue,
    path: Path,
  ): void {
    for (const [name, shape] of fields) this.field(shape, value.fields.get(name), [...path, name]);
    for (const [name, field] of value.fields) {
      if (fields.has(name) || isNull(field)) continue;
      if (rest) this.field(rest, field, [...path, name]);
      else this.failures.push({ paths: [[...path, name]], message: "Unexpected field provided" });
    }
  }

  field(shape: Shape, value: Value | undefined, path: Path): void {
    if (value === undefined || isNull(value)) {
      if (acceptsNull(shape)) return;
      this.failures.push({
        paths: [path],
        message: `Missing required field of type ${showShape(shape)}`,
      });
      return;
    }
    if (!this.#within(shape, value, path)) {
      this.failures.push({
        paths: [path],
        message: `Expected ${showShape(shape)}, provided ${shapeName(value)}`,
      });
    }
  }

  /** Whether the value fits; faults inside of it are reported where they are. */
  #within(shape: Shape, value: Value, path: Path): boolean {
    const choices = alternatives(shape);
    if (choices.some((choice) => this.#fits(choice, value))) return true;
    const objects = choices.filter((choice) => choice.kind === "object");
    if (typeof value === "object" && value.kind === "object" && objects.length === 1) {
      const [only] = objects as [Extract<Shape, { kind: "object" }>];
      this.object(only.fields, only.rest, value, path);
      return true;
    }
    const arrays = choices.filter((choice) => choice.kind === "array");
    if (typeof value === "object" && value.kind === "array" && arrays.length === 1) {
      const [only] = arrays as [Extract<Shape, { kind: "array" }>];
      for (const [i, item] of value.items.entries()) this.field(only.of, item, [...path, i]);
      return true;
    }
    return false;
  }

  #fits(shape: Shape, value: Value): boolean {
    switch (shape.kind) {
      case "name":
        return this.#named(shape.name, value);
      case "literal":
        return typeof shape.value === "object"
          ? typeof value === "object" &&
              "value" in value &&
              value.value === (shape.value as { value: number }).value
          : shape.value === value;
      case "array":
        return (
          typeof value === "object" &&
          value.kind === "array" &&
          value.items.every((item) => this.#fits(shape.of, item))
        );
      case "tuple":
        return (
          typeof value === "object" &&
          value.kind === "array" &&
          value.items.length === shape.of.length &&
          value.items.every((item, i) => this.#fits(shape.of[i]!, item))
        );
      case "union":
        return shape.of.some((each) => this.#fits(each, value));
      case "optional":
        return this.#fits(shape.of, value);
      case "object":
        return typeof value === "object" && value.kind === "object" && this.#clean(shape, value);
    }
  }

  #clean(shape: Extract<Shape, { kind: "object" }>, value: ObjectValue): boolean {
    const check = new ShapeCheck(this.collectionOf);
    check.object(shape.fields, shape.rest, value, []);
    return !check.failures.length;
  }

  #named(name: string, value: Value): boolean {
    if (name === "Any") return true;
    if (name === "ID") return isIdLike(value);
    const kinds = KINDS.get(name);
    if (kinds) return kinds.includes(kindOf(value));
    return (
      typeof value === "object" && value.kind === "doc" && this.collectionOf(name) === value.coll
    );
  }
}

/** Names in a shape that are none of the built-in types: they must be collections. */
export function typeNames(shape: Shape): string[] {
  switch (shape.kind) {
    case "name":
      return KINDS.has(shape.name) || shape.name === "Any" || shape.name === "ID"
        ? []
        : [shape.name];
    case "literal":
      return [];
    case "array":
    case "optional":
      return typeNames(shape.of);
    case "tuple":
    case "union":
      return shape.of.flatMap(typeNames);
    case "object":
      return [...shape.fields.values(), ...(shape.rest ? [shape.rest] : [])].flatMap(typeNames);
  }
}
