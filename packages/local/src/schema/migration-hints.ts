import { NO_SPAN, type Span } from "../fql/source";
import type { Remark } from "../fql/summary";
import type { Places } from "./migration-form";

function hint(message: string, span: Span, insert?: string): Remark {
  return { label: "hint", message, span, ...(insert !== undefined && { insert }) };
}

function before(span: Span): Span {
  return span === NO_SPAN ? span : { ...span, end: span.start };
}
function behind(span: Span): Span {
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

  /** Steps at the end of the migrations that there are, or else as the first. */
  #atEnd(message: string, ...steps: readonly string[]): Remark {
    const { migrations, collection } = this.places;
    if (!migrations) return hint(message, lastOf(collection), block(...steps));
    return hint(message, lastOf(migrations), `  ${steps.join("\n    ")}\n`);
  }

  wildcard(): Remark[] {
    return [
      hint("Add the wildcard back", before(this.places.first), "*: Any\n"),
      this.#atEnd(
        "Move the extra fields with a `move_wildcard` migration",
        "move_wildcard .conflicts",
      ),
      this.#atEnd(
        "Drop the extra fields with a `move_wildcard` and `drop` migration",
        "move_wildcard .conflicts",
        "drop .conflicts",
      ),
    ];
  }

  drop(field: string): Remark[] {
    return [this.#atEnd("Drop the field and its data with a `drop` migration", `drop .${field}`)];
  }

  definition(field: string): Remark[] {
    return [hint("Field defined here", this.places.name(field))];
  }

  addWildcard(): Remark[] {
    return [this.#atEnd("Add the wildcard with an `add_wildcard` migration", "add_wildcard")];
  }

  moveConflicts(step: number): Remark[] {
    const at = behind(this.places.statement(step));
    return [hint("Add a `move_conflicts` migration", at, "\n    move_conflicts .conflicts")];
  }

  /** A field that is new needs a migration, and something to be where it was not. */
  add(field: string, isGiven: boolean): Remark[] {
    const message = "Provide an `add` migration for this field";
    if (isGiven) return [this.#atEnd(message, `add .${field}`)];
    const steps = block(`add .${field}`, `backfill .${field} = <expr>`);
    return [
      hint(message, before(this.places.name(field)), steps),
      this.#initial(field),
      this.#nullable(field),
    ];
  }

  declare(field: string): Remark[] {
    return [
      this.#nullable(field),
      this.#initial(field),
      this.#atEnd("Add a `backfill` migration", `backfill .${field} = <expr>`),
    ];
  }

  /** `left` is the type of what the field may no longer be. */
  split(field: string, left: string): Remark[] {
    const message = "Add a migration to split the invalid types into another field";
    const text = `tmp: ${left}\n  ${block(`split .${field} -> .${field}, .tmp`)}`;
    return [hint(message, before(this.places.name(field)), text)];
  }

  #nullable(field: string): Remark {
    return hint("Make the field nullable", behind(this.places.type(field)), "?");
  }

  #initial(field: string): Remark {
    const at = behind(this.places.type(field));
    return hint("Add a default value to this field", at, " = <expr>");
  }
}
