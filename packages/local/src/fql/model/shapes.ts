import type { ConstraintFailure } from "../errors";
import { quote } from "../quote";
import { isIdLike } from "../values/ids";
import { isNumber } from "../values/numbers";
import {
  kindOf,
  isNull,
  type ArrayValue,
  type Kind,
  type ObjectValue,
  type Value,
} from "../values/value";
import { shapeName } from "../values/type-names";
import { acceptsNull, alternatives, showShape, type ObjectShape, type Shape } from "./shape";
import { bucketOrder } from "./hash-order";

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
  ["Query", ["lambda", "query"]],
  ["AnyDoc", ["doc"]],
]);

/** What is wrong with a value at a place: the type, a field too few or too many, or what only the text says. */
interface Fault {
  readonly why: "type" | "missing" | "unexpected" | "other";
  readonly path: Path;
  readonly message: string;
  /** Of a wrong type: what was provided. */
  readonly provided?: string;
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
    this.#report(this.#struct({ kind: "object", fields, rest }, value, path));
  }

  field(shape: Shape, value: Value | undefined, path: Path): void {
    this.#report(this.#member(shape, value, path));
  }

  #report(faults: readonly Fault[]): void {
    this.failures.push(...faults.map(({ path, message }) => ({ paths: [path], message })));
  }

  /** The fields that are given in their order, then those that are missing, as the server takes them out of a map. */
  #struct(shape: ObjectShape, value: ObjectValue, path: Path): Fault[] {
    const given = [...value.fields].flatMap(([name, field]): Fault[] => {
      const known = shape.fields.get(name) ?? shape.rest;
      const place = [...path, name];
      if (known) return this.#member(known, field, place);
      return [{ why: "unexpected", path: place, message: "Unexpected field provided" }];
    });
    const missing = bucketOrder([...shape.fields.keys()])
      .filter((name) => !value.fields.has(name))
      .flatMap((name) => this.#member(shape.fields.get(name)!, undefined, [...path, name]));
    return [...given, ...missing];
  }

  /** A field of an object, which may be missing. */
  #member(shape: Shape, value: Value | undefined, path: Path): Fault[] {
    if (value !== undefined && !isNull(value)) return this.#faults(shape, value, path);
    if (acceptsNull(shape)) return [];
    return [
      { why: "missing", path, message: `Missing required field of type ${showShape(shape)}` },
    ];
  }

  #faults(shape: Shape, value: Value, path: Path): Fault[] {
    const choices = alternatives(shape);
    if (choices.length > 1) return this.#union(shape, choices, value, path);
    const only = choices[0]!;
    const [isObject, isArray] = ["object", "array"].map((kind) => kindOf(value) === kind);
    if (only.kind === "object" && isObject) return this.#struct(only, value as ObjectValue, path);
    if (only.kind === "array" && isArray) return this.#items(() => only.of, value, path);
    if (only.kind === "tuple" && isArray) {
      if ((value as ArrayValue).items.length === only.of.length)
        return this.#items((i) => only.of[i]!, value, path);
      return [{ why: "other", path, message: "Invalid tuple arity" }];
    }
    const coll = only.kind === "name" ? this.#documentOf(only.name) : undefined;
    if (coll !== undefined && typeof value === "object" && value.kind === "doc") {
      if (coll === value.coll) return [];
      const message = `Expected ${showShape(only)} document, provided document from another collection`;
      return [{ why: "other", path, message }];
    }
    return this.#fits(only, value) ? [] : [mismatch(only, value, path, providedFor(only, value))];
  }

  #items(shapeOf: (i: number) => Shape, value: Value, path: Path): Fault[] {
    return (value as ArrayValue).items.flatMap((item, i) =>
      this.#faults(shapeOf(i), item, [...path, i]),
    );
  }

  /** None of several types: the faults inside of the one that was meant, if that is clear. */
  #union(shape: Shape, choices: readonly Shape[], value: Value, path: Path): Fault[] {
    const checks = choices.map((choice) => this.#faults(choice, value, path));
    if (checks.some((faults) => !faults.length)) return [];
    const inside = narrowed(checks, path, choices.length);
    if (inside) return inside;
    const [first] = checks.flat();
    const known = first?.why === "type" && first.path.length === path.length;
    return [mismatch(shape, value, path, known ? first.provided : undefined)];
  }

  /** The collection whose documents, there or not, a type means. */
  #documentOf(name: string): number | undefined {
    if (KINDS.has(name)) return undefined;
    return this.collectionOf(name) ?? this.collectionOf(name.replace(/^Null(?=.)/, ""));
  }

  #fits(shape: Shape, value: Value): boolean {
    if (shape.kind === "literal") return isLiteral(shape.value, value);
    if (shape.kind !== "name") return false;
    if (shape.name === "Any") return true;
    if (shape.name === "ID") return isIdLike(value);
    return KINDS.get(shape.name)?.includes(kindOf(value)) ?? false;
  }
}

function isLiteral(literal: Value, value: Value): boolean {
  if (typeof literal !== "object") return literal === value;
  return isNumber(literal) && isNumber(value) && literal.value === value.value;
}

/** A value of a literal's own type is shown as a literal, anything else by its type. */
function providedFor(shape: Shape, value: Value): string | undefined {
  if (shape.kind !== "literal" || typeof shape.value === "object") return undefined;
  if (typeof value === "boolean" && typeof shape.value === "boolean") return String(value);
  return typeof value === "string" && typeof shape.value === "string" ? quote(value) : undefined;
}

function mismatch(shape: Shape, value: Value, path: Path, known?: string): Fault {
  const provided = known ?? shapeName(value);
  return {
    why: "type",
    path,
    message: `Expected ${showShape(shape)}, provided ${provided}`,
    provided,
  };
}

/** The faults to report of a union's, where they are deeper than the value itself; null to name the whole union. */
function narrowed(
  checks: readonly (readonly Fault[])[],
  path: Path,
  members: number,
): Fault[] | null {
  const inner = checks.filter((faults) => faults.every((fault) => fault.path.length > path.length));
  const byPlace = new Map<string, Fault[]>();
  for (const fault of inner.flat()) {
    if (fault.why !== "unexpected") continue;
    const place = JSON.stringify(fault.path);
    byPlace.set(place, [...(byPlace.get(place) ?? []), fault]);
  }
  const unexpected = [...byPlace.values()].filter((faults) => faults.length === members);
  const missing = new Map(
    inner.map((faults) => {
      const absent = faults.filter(({ why }) => why === "missing");
      return [JSON.stringify(absent.map((fault) => fault.path)), absent];
    }),
  );
  const groups = [...missing.values()];
  const tail =
    groups.length && groups.every((group) => group.length) ? [unionMissing(groups, path)] : [];
  const found = [...unexpected.map(([fault]) => fault!), ...tail];
  if (found.length) return found;
  if (inner.length === 1) return [...inner[0]!];
  const known = inner.filter(
    (faults) => !faults.some(({ why }) => why === "unexpected" || why === "missing"),
  );
  return known.length === 1 ? [...known[0]!] : null;
}

function unionMissing(groups: readonly (readonly Fault[])[], path: Path): Fault {
  if (groups.length === 1 && groups[0]!.length === 1) return groups[0]![0]!;
  const lists = groups.map(
    (group) => `[${group.map((fault) => String(fault.path[fault.path.length - 1])).join(", ")}]`,
  );
  const last = lists.pop()!;
  const all = lists.length > 1 ? `${lists.join(", ")}, or ${last}` : [...lists, last].join(" or ");
  return { why: "other", path, message: `Union requires fields ${all}` };
}
