import { NO_SPAN, type Span } from "../fql/source";
import type { Remark } from "../fql/summary";
import type { MigratingField } from "./migrating-fields";
import type { Places } from "./migration-form";

export function hint(message: string, span: Span, insert?: string): Remark {
  return { label: "hint", message, span, ...(insert !== undefined && { insert }) };
}

export function before(span: Span): Span {
  return span === NO_SPAN ? span : { ...span, end: span.start };
}
export function behind(span: Span): Span {
  return span === NO_SPAN ? span : { ...span, start: span.end };
}
function lastOf(span: Span): Span {
  return span === NO_SPAN ? span : { ...span, start: span.end - 1, end: span.end - 1 };
}

function block(...steps: readonly string[]): string {
  return `migrations {\n${steps.map((step) => `    ${step}\n`).join("")}  }\n`;
}

/** What the server proposes to somebody whose migrations are wrong or missing. */
export class MigrationHints {
  constructor(readonly places: Places) {}

  /** Steps at the end of the migrations that there are, or else in a block of their own. */
  atEnd(message: string, steps: readonly string[], without?: Span): Remark {
    const { migrations, collection } = this.places;
    if (!migrations) return hint(message, without ?? lastOf(collection), block(...steps));
    return hint(message, lastOf(migrations), `  ${steps.join("\n    ")}\n`);
  }

  /** A part of the text goes. */
  remove(what: string, span: Span): Remark {
    return hint(what, span, "");
  }

  /** The form in use takes fields that the new one does not; `first` is a field of that. */
  wildcard(isWritten: boolean, first: Span): Remark[] {
    const at = before(first);
    if (!isWritten)
      return [
        hint(
          "Collections with no fields defined allow arbitrary fields by default. To keep this behavior, add a wildcard declaration to the schema definition",
          at,
          "*: Any\n",
        ),
      ];
    return [
      hint("Add the wildcard back", at, "*: Any\n"),
      this.atEnd(
        "Move the extra fields with a `move_wildcard` migration",
        ["move_wildcard .conflicts"],
        at,
      ),
      this.atEnd(
        "Drop the extra fields with a `move_wildcard` and `drop` migration",
        ["move_wildcard .conflicts", "drop .conflicts"],
        at,
      ),
    ];
  }

  noWildcard(into: string): Remark[] {
    return [
      hint("Add a wildcard constraint", behind(this.places.lastField), "\n  *: Any"),
      this.atEnd("Move the extra fields into a conflicts field with `move_wildcard`", [
        `move_wildcard .${into}`,
      ]),
    ];
  }

  drop(field: string): Remark[] {
    return [this.atEnd("Drop the field and its data with a `drop` migration", [`drop .${field}`])];
  }

  addWildcard(): Remark[] {
    return [this.atEnd("Add the wildcard with an `add_wildcard` migration", ["add_wildcard"])];
  }

  moveConflicts(step: number): Remark[] {
    const at = behind(this.places.statement(step));
    return [hint("Add a `move_conflicts` migration", at, "\n    move_conflicts .conflicts")];
  }

  /** A field that is new needs a migration, and something to be where it was not. */
  add({ name, span, typeSpan }: MigratingField, isGiven: boolean): Remark[] {
    const message = "Provide an `add` migration for this field";
    if (isGiven) return [this.atEnd(message, [`add .${name}`])];
    const steps = block(`add .${name}`, `backfill .${name} = <expr>`);
    return [hint(message, before(span), steps), initial(typeSpan), nullable(typeSpan)];
  }

  declare(path: string, { typeSpan }: MigratingField): Remark[] {
    return [
      nullable(typeSpan),
      initial(typeSpan),
      this.atEnd("Add a `backfill` migration", [`backfill .${path} = <expr>`]),
    ];
  }

  /** `left` is the type of what the field may no longer be. */
  split(field: string, left: string): Remark[] {
    const message = "Add a migration to split the invalid types into another field";
    const text = `tmp: ${left}\n  ${block(`split .${field} -> .${field}, .tmp`)}`;
    return [hint(message, before(this.places.live(field)), text)];
  }
}

function nullable(type: Span): Remark {
  return hint("Make the field nullable", behind(type), "?");
}

function initial(type: Span): Remark {
  return hint("Add a default value to this field", behind(type), " = <expr>");
}
