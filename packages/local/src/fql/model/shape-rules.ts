import { isBuiltinType } from "../builtin-types";
import { showShape, type Shape } from "./shapes";

/** Built-in types whose values no document can hold. */
const NOT_STORED = new Set(
  "ID Never Set EventSource Page SetCursor TransactionTime UUID Object".split(" "),
);

function alternativesOf(shape: Shape): readonly Shape[] {
  return shape.kind === "union" ? shape.of.flatMap(alternativesOf) : [shape];
}

/** The part of a type whose values no document can hold, as errors show it; null when all of it can be stored. */
export function unstorablePart(
  shape: Shape,
  isCollection: (name: string) => boolean,
): string | null {
  const all = alternativesOf(shape);
  const named = new Set(all.map((each) => (each.kind === "name" ? each.name : "")));
  for (const each of all) {
    const part =
      each.kind === "name" ? unstorableName(each.name, named, isCollection) : inner(each);
    if (part !== null) return part;
  }
  return null;

  function inner(each: Shape): string | null {
    if (each.kind === "opaque") return showShape(each);
    const parts = partsOf(each).map((part) => unstorablePart(part, isCollection));
    return parts.find((part) => part !== null) ?? null;
  }
}

/** A document is stored as a reference, which may be to nothing: its type is one together with that of what is missing. */
function unstorableName(
  name: string,
  beside: ReadonlySet<string>,
  isCollection: (name: string) => boolean,
): string | null {
  if (NOT_STORED.has(name)) return name;
  if (isBuiltinType(name)) return null;
  const partner = isCollection(name) ? `Null${name}` : name.replace(/^Null/, "");
  return beside.has(partner) ? null : name;
}

function partsOf(shape: Shape): readonly Shape[] {
  if (shape.kind === "array" || shape.kind === "optional") return [shape.of];
  if (shape.kind === "tuple") return shape.of;
  if (shape.kind !== "object") return [];
  return [...shape.fields.values(), ...(shape.rest ? [shape.rest] : [])];
}

/** Where a path leaves a type: the type, and the name that it does not have. Null when it leads somewhere. */
export function missingField(
  shape: Shape,
  [name, ...rest]: readonly string[],
): { readonly type: string; readonly name: string } | null {
  if (name === undefined) return null;
  for (const each of alternativesOf(shape)) {
    const next = fieldOf(each, name);
    if (next === null) continue;
    const missing = next ? missingField(next, rest) : { type: showShape(each), name };
    if (missing) return missing;
  }
  return null;
}

/** The type of a field; undefined when there is no such field, null when anything may be. */
function fieldOf(shape: Shape, name: string): Shape | null | undefined {
  if (shape.kind === "object") return shape.fields.get(name) ?? shape.rest ?? undefined;
  if (shape.kind === "array" || shape.kind === "ref") return null;
  if (shape.kind === "tuple") return shape.of[Number(name)];
  return shape.kind === "name" && shape.name === "Any" ? null : undefined;
}
