import type { Migration } from "../fql/model/migrations";
import { showShape, type Shape } from "../fql/model/shape";
import { isSubshape, without } from "../fql/model/subshapes";
import {
  fieldsOfForm,
  isPresent,
  takesNull,
  typeOf,
  type MigratingField,
  type MigratingFields,
} from "./migrating-fields";
import type { Form } from "./migration-form";
import type { Rewind, Wildcard } from "./migration-rewind";
import { rewindAddWildcard, rewindKeeping, rewindMove, rewindSplit } from "./rewind-moves";

/** Goes back through steps of which the first is number `first` of all. */
export function rewind(way: Rewind, steps: readonly Migration[], first: number): void {
  for (const [i, step] of [...steps.entries()].reverse()) rewindStep(way, step, first + i);
  way.validate(steps, first);
}

function rewindStep(way: Rewind, step: Migration, i: number): void {
  switch (step.kind) {
    case "backfill":
      way.backfill(step, i);
      break;
    case "drop":
      way.drop(step, i);
      break;
    case "add":
      way.add(step, i);
      break;
    case "move":
      rewindMove(way, step, i);
      break;
    case "split":
      rewindSplit(way, step, i);
      break;
    case "add_wildcard":
      rewindAddWildcard(way, i);
      break;
    default:
      rewindKeeping(way, step, i);
  }
}

/** Says what is wrong where documents have that form already, if the steps are right. */
export function against(way: Rewind, live: Form): void {
  if (way.errors.length) return;
  const before = fieldsOfForm(live, way.places);
  if (isCompatible(way, before, live.wildcard)) return;
  new Explanation(way, before).explain(live);
}

function isCompatible(
  { fields, wildcard }: Rewind,
  before: MigratingFields,
  taken: Shape | null,
): boolean {
  const names = new Set([...fields.keys(), ...before.keys()]);
  return (
    [...names].every((name) => fits(fields.get(name), before.get(name), wildcard)) &&
    restFits(wildcard, taken)
  );
}

function fits(
  field: MigratingField | undefined,
  before: MigratingField | undefined,
  wildcard: Wildcard | null,
): boolean {
  if (!field) return false;
  if (before)
    return (
      field.reason.kind !== "backfill" &&
      isPresent(field) &&
      isSubshape(typeOf(before), typeOf(field))
    );
  return !isPresent(field) || (field.reason.kind === "schema" && !wildcard && isAdded(field));
}

/** Whether a field is new as all that is in it is. */
function isAdded({ reason, fields, hasRest }: MigratingField): boolean {
  if (reason.kind === "add") return true;
  return (
    reason.kind === "schema" && fields !== null && !hasRest && [...fields.values()].every(isAdded)
  );
}

function restFits(wildcard: Wildcard | null, taken: Shape | null): boolean {
  if (!wildcard) return !taken;
  return taken ? isSubshape(taken, wildcard.shape) : wildcard.from === "added";
}

/** Tells why documents of one form are none of another. */
class Explanation {
  readonly #fields: MigratingFields;

  constructor(
    readonly way: Rewind,
    readonly before: MigratingFields,
  ) {
    // What was rewound says the most of a field; those that are rewound to nothing are as they were submitted.
    this.#fields = new Map([...fieldsOfForm(way.form, way.places), ...way.fields]);
  }

  explain(live: Form): void {
    const { way } = this;
    const known = way.errors.length;
    for (const field of this.before.values()) this.#old(field);
    for (const field of this.#fields.values()) if (!this.before.has(field.name)) this.#new(field);
    this.#wildcards(live);
    if (way.errors.length === known)
      way.fail("Submitted schema is not compatible with the live schema", way.places.collection);
  }

  #old(before: MigratingField): void {
    const { way } = this;
    const { name } = before;
    const field = this.#fields.get(name);
    const added = `Field \`.${name}\` is in the live schema, so it cannot be added or backfilled`;
    if (!field)
      way.fail(
        `Field \`.${name}\` is missing from the submitted schema`,
        way.places.collection,
        way.hints.drop(name),
      );
    else if (!isPresent(field)) way.fail(added, field.span);
    else if (field.reason.kind === "backfill")
      way.fail(added, way.places.statement(field.reason.step));
    else {
      const [was, is] = [typeOf(before), typeOf(field)];
      if (isAny(was) || isSubshape(was, is)) return;
      way.fail(
        `Field \`.${name}\` of type \`${showShape(is)}\` does not match the live type \`${showShape(was)}\``,
        field.typeSpan,
        way.hints.split(name, showShape(without(was, is))),
      );
    }
  }

  #new(field: MigratingField): void {
    const { way } = this;
    const { name, reason, span } = field;
    if (reason.kind === "drop") {
      way.fail(`Field \`.${name}\` was dropped but it doesn't exist in the live schema`, span);
      return;
    }
    if (reason.kind !== "schema") return;
    const isGiven = reason.initial !== null || takesNull(field);
    const lacking = isGiven ? [] : notAdded(name, field);
    const [path, missing] = lacking.length === 1 ? lacking[0]! : [name, field];
    way.fail(
      `Field \`.${path}\` is not present in the live schema`,
      missing.span,
      way.hints.add(missing, isGiven),
    );
  }

  #wildcards(live: Form): void {
    const { way } = this;
    const { form, places, hints } = way;
    if (!form.wildcard && live.wildcard) {
      const [first] = this.#fields.values();
      way.fail(
        "Missing wildcard definition",
        places.collection,
        hints.wildcard(live.isWritten, first?.span ?? places.collection),
      );
    }
    if (!form.wildcard || live.wildcard) return;
    if (form.isWritten)
      way.fail("Wildcard was not present in the live schema", places.wildcard, hints.addWildcard());
    else
      way.fail(
        "All fields from the live schema are dropped, reintroducing the implicit wildcard that requires an `add_wildcard` migration. Are you sure you meant to do this?",
        places.collection,
      );
  }
}

/** The fields in a new one that no step adds. */
function notAdded(path: string, field: MigratingField): [string, MigratingField][] {
  if (field.reason.kind === "add") return [];
  if (field.reason.kind !== "schema" || !field.fields) return [[path, field]];
  if (field.hasRest) return [];
  return [...field.fields].flatMap(([name, inner]) => notAdded(`${path}.${name}`, inner));
}

function isAny(shape: Shape): boolean {
  return shape.kind === "name" && shape.name === "Any";
}
