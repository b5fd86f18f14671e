import { asText, isNull, object, type Value, type Fields, fieldsOf } from "../values/value";
import { listed } from "./permissions";
import { shapeIn, valueIn, withValue } from "./nested-fields";
import type { Shape } from "./shape";
import { ShapeCheck } from "./shapes";

/** One step from an older form of a collection's documents to a newer one. Fields are without their point. */
export type Migration =
  | { readonly kind: "add" | "drop"; readonly field: string }
  | { readonly kind: "backfill"; readonly field: string; readonly value: string }
  | { readonly kind: "move"; readonly field: string; readonly to: readonly string[] }
  | { readonly kind: "split"; readonly field: string; readonly to: readonly string[] }
  | { readonly kind: "move_conflicts" | "move_wildcard"; readonly field: string }
  | { readonly kind: "add_wildcard"; readonly field: "" };

/** The migrations of a collection's document, oldest first. */
export function migrationsOf(data: Fields): readonly Migration[] {
  return listed(data.get("migrations")).flatMap((each) => {
    return [...fieldsOf(each)].map(([kind, what]) => migration(kind, what));
  });
}

function migration(kind: string, what: Value): Migration {
  const fields = fieldsOf(what);
  const name = (value: Value | undefined): string => asText(value).replace(/^\./, "");
  const field = name(fields.get("field") ?? fields.get("into"));
  if (kind === "backfill") return { kind, field, value: asText(fields.get("value")) };
  if (kind === "move" || kind === "split")
    return { kind, field, to: listed(fields.get("to")).map(name) };
  return kind === "add_wildcard" ? { kind, field: "" } : ({ kind, field } as Migration);
}

/** How many of the migrations that are given were there before: the longest beginning that ends what was. */
export function known(before: readonly Migration[], given: readonly Migration[]): number {
  const texts = [before, given].map((all) => all.map((each) => JSON.stringify(each)));
  const [old, now] = texts as [string[], string[]];
  for (let count = Math.min(old.length, now.length); count > 0; count--) {
    const [end, start] = [old.slice(old.length - count), now.slice(0, count)];
    if (end.every((text, i) => text === start[i])) return count;
  }
  return 0;
}

/** What a collection's documents are to be once they are migrated. */
export interface Target {
  readonly shapes: ReadonlyMap<string, Shape>;
  /** What a field is where nothing was said of it. */
  readonly initial: (field: string) => Value | undefined;
  readonly backfill: (expression: string) => Value;
  readonly collectionOf: (name: string) => number | undefined;
}

/** A document's data after some steps. */
export function migrated(data: Fields, steps: readonly Migration[], target: Target): Fields {
  const now = new Map(data);
  for (const [i, step] of steps.entries()) apply(now, step, steps.slice(i + 1), target);
  return now;
}

/** Puts a field in or takes it out, also one inside of another. */
function put(now: Map<string, Value>, field: string, value: Value | undefined): void {
  const top = field.split(".", 1)[0]!;
  const changed = withValue(now, field, value).get(top);
  if (changed === undefined) now.delete(top);
  else now.set(top, changed);
}

function apply(
  now: Map<string, Value>,
  step: Migration,
  later: readonly Migration[],
  target: Target,
): void {
  const { field } = step;
  const value = valueIn(now, field);
  switch (step.kind) {
    case "drop":
      if (value !== undefined) put(now, field, undefined);
      return;
    case "move":
      if (value === undefined) return;
      put(now, field, undefined);
      put(now, step.to[0]!, value);
      return;
    case "split": {
      if (value !== undefined) put(now, field, undefined);
      const fitting = step.to.find((to) => value !== undefined && fits(target, to, value));
      if (fitting !== undefined) put(now, fitting, value);
      fill(now, step.to, later, target);
      return;
    }
    case "add":
      if (value !== undefined && !fits(target, field, value)) {
        put(now, field, undefined);
        moveInto(now, conflictsField(later), new Map([[field, value]]));
      }
      fill(now, [field], later, target);
      return;
    case "move_wildcard": {
      const free = [...now].filter(([name]) => !target.shapes.has(name));
      for (const [name] of free) now.delete(name);
      moveInto(now, field, new Map(free));
      return;
    }
    default:
  }
}

/** Gives fields what a later backfill says of them, or their default. */
function fill(
  now: Map<string, Value>,
  fields: readonly string[],
  later: readonly Migration[],
  target: Target,
): void {
  for (const field of fields) {
    if (valueIn(now, field) !== undefined) continue;
    const given = later.find((each) => each.kind === "backfill" && each.field === field);
    const value = given?.kind === "backfill" ? target.backfill(given.value) : target.initial(field);
    if (value !== undefined && !isNull(value)) put(now, field, value);
  }
}

function fits({ shapes, collectionOf }: Target, field: string, value: Value): boolean {
  const shape = shapeIn(shapes, field);
  if (!shape) return true;
  const check = new ShapeCheck(collectionOf);
  check.field(shape, value, [field]);
  return !check.failures.length;
}

function conflictsField(later: readonly Migration[]): string | undefined {
  return later.find(({ kind }) => kind === "move_conflicts")?.field;
}

/** Adds what has no place of its own to the object that keeps such things. */
function moveInto(now: Map<string, Value>, field: string | undefined, moved: Fields): void {
  if (field === undefined || !moved.size) return;
  now.set(field, object([...fieldsOf(now.get(field)), ...moved]));
}
