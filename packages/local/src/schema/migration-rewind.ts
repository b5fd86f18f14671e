import type { Migration } from "../fql/model/migrations";
import { isSubshape } from "../fql/model/subshapes";
import { showShape, type Shape } from "../fql/model/shape";
import type { Expr } from "../fql/ast";
import { print } from "../fql/printer";
import type { Span } from "../fql/source";
import type { Diagnostic, Remark } from "../fql/summary";
import { nameIn, parentOf } from "../fql/model/nested-fields";
import {
  fieldAt,
  fieldsOfForm,
  isPresent,
  putField,
  takesNull,
  typeOf,
  type MigratingField,
  type MigratingFields,
  type Missing,
} from "./migrating-fields";
import type { Form, Places } from "./migration-form";
import { hint, MigrationHints } from "./migration-hints";

export const ANY: Shape = { kind: "name", name: "Any" };

/** What documents may have besides their declared fields, and what put that there. */
export interface Wildcard {
  readonly shape: Shape;
  readonly from: "schema" | "implicit" | "moved" | "added";
  readonly step?: number;
}

/** The form of documents that a schema declares, on its way back through the migrations to that before them. */
export class Rewind {
  readonly errors: Diagnostic[] = [];
  /** What the steps do to documents, as a difference tells it: some do nothing. */
  told: readonly (readonly string[])[] = [];
  readonly fields: MigratingFields;
  readonly hints: MigrationHints;
  wildcard: Wildcard | null;
  conflicts: string | null = null;

  constructor(
    readonly form: Form,
    readonly places: Places,
    /** What is wrong with a value for a field. */
    readonly backfilled: (field: string, value: Expr) => readonly Diagnostic[],
  ) {
    this.fields = fieldsOfForm(form, places);
    this.hints = new MigrationHints(places);
    const from = form.isWritten ? "schema" : "implicit";
    this.wildcard = form.wildcard && { shape: form.wildcard, from };
  }

  at(path: string): MigratingField | Missing {
    return fieldAt(this.fields, path);
  }
  put(path: string, field: MigratingField): void {
    putField(this.fields, path, field);
  }
  fail(message: string, span: Span, remarks: readonly Remark[] = []): void {
    this.errors.push({ level: "error", message, span, remarks });
  }

  tell(...lines: readonly string[]): void {
    this.told = [lines, ...this.told];
  }

  /** The last name of a path of the step `i`, without its point. */
  nameSpan(i: number, place: number, path: string): Span {
    const span = this.places.step(i, place);
    return { ...span, start: Math.max(span.end - nameIn(path).length, span.start) };
  }

  backfill({ field }: Migration, i: number): void {
    const { places, hints } = this;
    const found = this.at(field);
    const at = places.step(i, 0);
    if (typeof found === "string") {
      this.fail(
        found === "nothing"
          ? `Cannot backfill field \`.${field}\`, as it is not in the submitted schema`
          : `Cannot backfill field, as there is a wildcard in the same struct as \`.${field}\``,
        at,
      );
      return;
    }
    const value = places.value(i);
    if (value) this.errors.push(...this.backfilled(field, value));
    const { reason } = found;
    if (reason.kind === "backfill") {
      this.fail(`Cannot backfill field \`.${field}\` multiple times`, places.step(reason.step, 0), [
        hint("Earlier backfill defined here", at),
        hints.remove("Delete the later backfill", places.statement(reason.step)),
      ]);
    } else if (reason.kind === "split into") {
      const split = places.statement(reason.step);
      this.fail(
        `Cannot split field \`.${field}\`: cannot split into a field after it's backfilled`,
        at,
        [
          hint("Field is an output of a split", places.step(reason.step, reason.place + 1)),
          hint(
            "Move the backfill after the split",
            split,
            places
              .statement(i)
              .source.text.slice(places.statement(i).start, places.statement(i).end),
          ),
          hints.remove("Remove the backfill", places.statement(i)),
          hints.remove("Remove the split", split),
        ],
      );
    } else if (reason.kind === "add") {
      this.fail(
        `Cannot add field \`.${field}\` after it's backfilled`,
        places.statement(reason.step),
        [hint("Field backfilled here", places.statement(i))],
      );
    } else if (!isPresent(found)) {
      this.fail(`Cannot backfill field \`.${field}, as it is not in the submitted schema`, at);
    } else this.put(field, { ...found, reason: { kind: "backfill", step: i } });
  }

  /** Takes what a later backfill gives, where a field comes new; it needs something to be where it was not. */
  takeBackfill(found: MigratingField, path: string, at: Span): Expr | null {
    const { reason } = found;
    if (reason.kind === "backfill") return this.places.value(reason.step);
    if (reason.kind !== "schema") return null;
    if (reason.initial !== null || takesNull(found)) return reason.initial;
    this.fail(
      `Cannot declare non-nullable field \`.${path}\`: it has no default and no backfill value`,
      at,
      this.hints.declare(path, found),
    );
    return null;
  }

  drop({ field }: Migration, i: number): void {
    const at = this.places.step(i, 0);
    const found = this.at(field);
    this.tell(`- drop field \`.${field}\``);
    if (typeof found !== "string" && isPresent(found)) {
      this.fail(`Cannot drop field \`.${field}\`. Dropped fields must be removed from schema`, at, [
        hint("Field defined here", found.span),
      ]);
      return;
    }
    const parent = parentOf(field);
    const holder = parent ? this.at(parent) : null;
    if (holder === "nothing" || holder === "beside others")
      this.fail(`Cannot drop field \`.${field}\`, as the parent object was removed`, at);
    else if (holder && !holder.fields)
      this.fail(`Cannot drop field \`.${field}\`, as the parent is not an object`, at);
    else
      this.put(field, {
        name: nameIn(field),
        span: this.nameSpan(i, 0, field),
        typeSpan: at,
        shape: ANY,
        fields: null,
        hasRest: false,
        reason: { kind: "drop", step: i },
      });
  }

  add({ field }: Migration, i: number): void {
    const { places, hints } = this;
    const at = places.step(i, 0);
    const found = this.at(field);
    if (typeof found === "string") {
      this.fail(
        found === "nothing"
          ? `Cannot add field, as \`.${field}\` is not in the submitted schema`
          : `Cannot add field, as there is a wildcard in the same struct as \`.${field}\``,
        at,
      );
      return;
    }
    const { reason } = found;
    const own = places.statement(i);
    if (reason.kind === "split into") {
      this.fail(
        `Cannot split field: field \`.${field}\` cannot both be added and be a split output`,
        at,
        [
          hint("Field is an output of a split", places.step(reason.step, reason.place + 1)),
          hints.remove("Remove the add", own),
          hints.remove("Remove the split", places.statement(reason.step)),
        ],
      );
      return;
    }
    if (reason.kind === "add") {
      this.fail(`Cannot add field \`.${field}\` twice`, places.step(reason.step, 0), [
        hint("Field added here", at),
        hints.remove("Remove the extra add", places.statement(reason.step)),
      ]);
      return;
    }
    if (reason.kind === "moved") {
      const move = places.statement(reason.step);
      this.fail(`Cannot move into field \`.${field}\` as it was also added`, move, [
        hint("Field moved into here", places.step(reason.step, 1)),
        hints.remove("Remove the add", own),
        hints.remove("Remove the move", move),
      ]);
      return;
    }
    const value = this.takeBackfill(found, field, at);
    const backfill = value ? [`+ add field \`.${field}\` with backfill \`${print(value)}\``] : [];
    const isKnown = this.wildcard && this.conflicts === null && !field.includes(".");
    if (!isKnown) this.tell(...backfill);
    if (this.#conflictsWithWildcard(found, field))
      this.fail(
        `Cannot add field, as \`.${field}\` conflicts with the wildcard`,
        at,
        hints.moveConflicts(i),
      );
    this.put(field, { ...found, reason: { kind: "add", step: i } });
  }

  /** Whether documents may have had something else there. */
  #conflictsWithWildcard(found: MigratingField, path: string): boolean {
    if (!this.wildcard || this.conflicts !== null || path.includes(".")) return false;
    const any: Shape = { kind: "union", of: [this.wildcard.shape, { kind: "name", name: "Null" }] };
    return !isSubshape(any, typeOf(found));
  }

  /** What is backfilled has to be declared by a step before. */
  validate(steps: readonly Migration[], first: number): void {
    for (const [i, { kind, field }] of steps.entries()) {
      const found = kind === "backfill" ? this.at(field) : "nothing";
      if (typeof found === "string" || found.reason.kind !== "backfill") continue;
      this.fail(
        `Field \`.${field}\` is backfilled without being declared by an \`add\` or \`split\` migration`,
        this.places.statement(first + i),
      );
    }
  }

  /** What the server calls the type of a field that keeps what finds no other place. */
  static keeper(wildcard: Shape): string {
    return `{ *: ${showShape(wildcard)} } | Null`;
  }
}
