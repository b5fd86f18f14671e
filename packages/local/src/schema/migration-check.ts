import { acceptsNull, showShape, type Shape } from "../fql/model/shape";
import type { Migration } from "../fql/model/migrations";
import { isSubshape, without } from "../fql/model/subshapes";
import type { Expr } from "../fql/ast";
import type { Span } from "../fql/source";
import type { Diagnostic, Remark } from "../fql/summary";
import { nameIn, parentOf } from "../fql/model/nested-fields";
import { MigratingFields } from "./migrating-fields";
import type { Form, Places } from "./migration-form";
import { MigrationHints } from "./migration-hints";

/** Goes back from the form that is submitted, step by step, to that before the migrations. */
export class MigrationCheck {
  readonly errors: Diagnostic[] = [];
  readonly #fields: MigratingFields;
  #wildcard: boolean;
  readonly #backfilled = new Map<string, number>();
  readonly #added = new Set<string>();
  #conflicts: string | null = null;
  readonly #hints: MigrationHints;

  constructor(
    readonly form: Form,
    readonly places: Places,
    /** What is wrong with a value for a field. */
    readonly backfilled: (field: string, value: Expr) => readonly Diagnostic[],
  ) {
    this.#fields = new MigratingFields(
      new Map([...form.fields].map(([name, { shape }]) => [name, shape])),
    );
    this.#wildcard = form.wildcard;
    this.#hints = new MigrationHints(places);
  }

  #fail(message: string, span: Span, remarks: readonly Remark[] = []): void {
    this.errors.push({ level: "error", message, span, remarks });
  }

  /** What is wrong with steps of which the first is number `first` of all. */
  steps(steps: readonly Migration[], first: number): void {
    for (const [i, step] of [...steps.entries()].reverse()) this.#step(step, first + i);
    for (const [field, i] of this.#backfilled)
      this.#fail(
        `Field \`.${field}\` is backfilled without being declared by an \`add\` or \`split\` migration`,
        this.places.statement(i),
      );
  }

  #step(step: Migration, i: number): void {
    const { field } = step;
    switch (step.kind) {
      case "backfill":
        this.#backfilled.set(field, i);
        return;
      case "add":
        this.#add(field, i);
        return;
      case "drop":
        if (!this.#fields.hasPlaceFor(field))
          this.#fail(
            `Cannot drop field \`.${field}\`, as the parent is not an object`,
            this.places.step(i, 0),
          );
        else if (this.#fields.shape(field))
          this.#fail(
            `Cannot drop field \`.${field}\`. Dropped fields must be removed from schema`,
            this.places.step(i, 0),
            this.#hints.definition(field),
          );
        this.#fields.set(field, ANY);
        return;
      case "move":
      case "split":
        this.#move(step, i);
        return;
      case "add_wildcard":
        if (!this.#wildcard)
          this.#fail(
            "Cannot add wildcard, as the submitted schema lacks a wildcard",
            this.places.step(i),
          );
        this.#wildcard = false;
        return;
      default:
        this.#keep(step.kind, field, i);
    }
  }

  #add(field: string, i: number): void {
    const shape = this.#fields.shape(field);
    const at = this.places.step(i, 0);
    if (shape) this.#declare(field, shape, at);
    else this.#fail(`Cannot add field, as \`.${field}\` is not in the submitted schema`, at);
    if (shape && this.#wildcard && this.#conflicts === null && !field.includes("."))
      this.#fail(
        `Cannot add field, as \`.${field}\` conflicts with the wildcard`,
        at,
        this.#hints.moveConflicts(i),
      );
    this.#backfilled.delete(field);
    this.#fields.delete(field);
    this.#added.add(field);
  }

  /** A field that comes new needs something to be where it was not. */
  #declare(field: string, shape: Shape, at: Span): void {
    const step = this.#backfilled.get(field);
    const value = step === undefined ? null : this.places.value(step);
    if (value) this.errors.push(...this.backfilled(field, value));
    if (this.#isGiven(field) || step !== undefined || acceptsNull(shape)) return;
    this.#fail(
      `Cannot declare non-nullable field \`.${field}\`: it has no default and no backfill value`,
      at,
      this.#hints.declare(field),
    );
  }

  #isGiven(field: string): boolean {
    if (this.form.fields.get(field)?.hasDefault === true) return true;
    const parent = this.#fields.shape(parentOf(field));
    return parent?.kind === "object" && parent.initials?.has(nameIn(field)) === true;
  }

  #move({ kind, field, to }: Extract<Migration, { to: readonly string[] }>, i: number): void {
    const isTop = !field.includes(".");
    if (isTop && this.#fields.shape(field) && !to.includes(field)) {
      const isSplit = kind === "split";
      const message = isSplit
        ? "Cannot split field: field is still present in submitted schema"
        : `Cannot move field \`.${field}\`, as it is in the submitted schema`;
      this.#fail(message, isSplit ? this.places.step(i, 0) : this.places.name(field));
    }
    const from = this.#fields.shape(to[0]!) ? this.#fields.origin(to[0]!) : field;
    const shapes = to.flatMap((name, place) => {
      const shape = this.#fields.shape(name);
      if (!shape)
        this.#fail(
          `Cannot ${kind} field, as \`.${name}\` is not in the submitted schema`,
          this.places.step(i, place + 1),
        );
      else if (kind === "split") this.#declare(name, shape, this.places.step(i, place + 1));
      this.#fields.delete(name);
      this.#backfilled.delete(name);
      return shape ?? [];
    });
    const shape: Shape = shapes.length === 1 ? shapes[0]! : { kind: "union", of: shapes };
    this.#fields.set(field, shape, from);
  }

  /** The field that keeps what finds no other place. */
  #keep(kind: "move_conflicts" | "move_wildcard", field: string, i: number): void {
    const shape = this.#fields.shape(field);
    const at = this.places.step(i, 0);
    if (!shape)
      this.#fail(
        `Cannot move wildcard conflicts to field \`.${field}\`, as it is not in the submitted schema`,
        at,
      );
    else if (showShape(shape) !== "{ *: Any } | Null")
      this.#fail("Wildcard conflicts field must have the type `{ *: Any } | Null`", at);
    if (kind === "move_conflicts") this.#conflicts = field;
    else this.#wildcard = true;
  }

  /** What is wrong where documents have that form already, if the steps are right. */
  against(live: Form): void {
    if (this.errors.length) return;
    const gone = [...live.fields.keys()].filter((name) => !this.#fields.shape(name));
    for (const name of gone.filter((each) => this.#added.has(each)))
      this.#fail(
        `Field \`.${name}\` is in the live schema, so it cannot be added or backfilled`,
        this.places.name(name),
      );
    if (this.errors.length) return;
    for (const name of gone)
      this.#fail(
        `Field \`.${name}\` is missing from the submitted schema`,
        this.places.collection,
        this.#hints.drop(name),
      );
    for (const [name, shape] of this.#fields.shapes) this.#field(name, shape, live);
    if (this.#wildcard !== live.wildcard) this.#wildcards(live);
    // An older form that fits anything says no more than that.
    const isNarrower = [...this.#fields.shapes].some(
      ([name, shape]) => isAny(live.fields.get(name)?.shape) && !isAny(shape),
    );
    if (isNarrower && !this.errors.length)
      this.#fail("Submitted schema is not compatible with the live schema", this.places.collection);
  }

  #wildcards(live: Form): void {
    if (live.wildcard)
      this.#fail("Missing wildcard definition", this.places.collection, this.#hints.wildcard());
    else if (this.form.isWritten)
      this.#fail(
        "Wildcard was not present in the live schema",
        this.places.wildcard,
        this.#hints.addWildcard(),
      );
    else
      this.#fail(
        "All fields from the live schema are dropped, reintroducing the implicit wildcard that requires an `add_wildcard` migration. Are you sure you meant to do this?",
        this.places.collection,
      );
  }

  #field(name: string, shape: Shape, live: Form): void {
    const from = this.#fields.origin(name);
    const known = live.fields.get(name)?.shape;
    if (!known)
      this.#fail(
        `Field \`.${name}\` is not present in the live schema`,
        this.places.name(from),
        this.#hints.add(from, this.#isGiven(from) || acceptsNull(shape)),
      );
    else if (!isAny(known) && !isSubshape(known, shape))
      this.#fail(
        `Field \`.${name}\` of type \`${showShape(shape)}\` does not match the live type \`${showShape(known)}\``,
        this.places.type(from),
        this.#hints.split(from, showShape(without(known, shape))),
      );
  }
}

function isAny(shape: Shape | undefined): boolean {
  return shape?.kind === "name" && shape.name === "Any";
}

const ANY: Shape = { kind: "name", name: "Any" };
