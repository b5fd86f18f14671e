import type { ObjectShape, Shape } from "./shape";
import { object, type Value, type Fields, fieldsOf } from "../values/value";

/** `a.b`, as migrations name fields inside of others. */
function split(field: string): [first: string, rest: string] {
  const at = field.indexOf(".");
  return at < 0 ? [field, ""] : [field.slice(0, at), field.slice(at + 1)];
}

/** The field that another is in; empty for one that is in none. */
export function parentOf(field: string): string {
  return field.slice(0, Math.max(field.lastIndexOf("."), 0));
}
export function nameIn(field: string): string {
  return field.slice(field.lastIndexOf(".") + 1);
}

function objectShape(shape: Shape | undefined): ObjectShape | undefined {
  return shape?.kind === "object" ? shape : undefined;
}

export function shapeIn(shapes: ReadonlyMap<string, Shape>, field: string): Shape | undefined {
  const [first, rest] = split(field);
  const shape = shapes.get(first);
  return rest ? shapeIn(objectShape(shape)?.fields ?? new Map<string, Shape>(), rest) : shape;
}

/** Shapes with that of a field put in or, without one, taken out; what is in no object stays out. */
export function withShape(
  shapes: ReadonlyMap<string, Shape>,
  field: string,
  shape: Shape | null,
): Map<string, Shape> {
  const [first, rest] = split(field);
  const now = new Map(shapes);
  const parent = objectShape(now.get(first));
  if (rest && parent) now.set(first, { ...parent, fields: withShape(parent.fields, rest, shape) });
  else if (!rest && shape) now.set(first, shape);
  else if (!rest) now.delete(first);
  return now;
}

export function valueIn(fields: Fields, field: string): Value | undefined {
  const [first, rest] = split(field);
  return rest ? valueIn(fieldsOf(fields.get(first)), rest) : fields.get(first);
}

/** The same with a field put in or taken out. */
export function withValue(
  fields: Fields,
  field: string,
  value: Value | undefined,
): Map<string, Value> {
  const [first, rest] = split(field);
  const now = new Map(fields);
  if (rest) now.set(first, object(withValue(fieldsOf(now.get(first)), rest, value)));
  else if (value === undefined) now.delete(first);
  else now.set(first, value);
  return now;
}
