import type { Expr } from "../fql/ast";
import type { Migration } from "../fql/model/migrations";
import { print } from "../fql/printer";
import { nameIn, parentOf } from "../fql/model/nested-fields";
import { alternatives, showShape, type Shape } from "../fql/model/shape";
import { NO_SPAN } from "../fql/source";
import { isPresent, isRequired, typeOf, type MigratingField } from "./migrating-fields";
import { behind, hint } from "./migration-hints";
import { ANY, Rewind } from "./migration-rewind";

type Moving = Extract<Migration, { to: readonly string[] }>;
type Keeping = Extract<Migration, { kind: "move_conflicts" | "move_wildcard" }>;
const NULL_SHAPE: Shape = { kind: "name", name: "Null" };

export function rewindMove(way: Rewind, { field, to: [to = ""] }: Moving, i: number): void {
  const { places } = way;
  const [at, toAt] = [places.step(i, 0), places.step(i, 1)];
  const target = way.at(to);
  if (target === "nothing") {
    way.fail(`Cannot move field \`.${field}\`, as it is not in the live schema`, at);
    return;
  }
  if (target === "beside others") {
    way.fail(`Cannot move field \`.${to}\` into a struct with a wildcard definition`, toAt);
    return;
  }
  if (field === to) {
    const remove = way.hints.remove("Remove the futile `move`", places.statement(i));
    way.fail("Cannot move a field to itself", at, [remove]);
    return;
  }
  const source = way.at(field);
  if (source === "beside others")
    way.fail(`Cannot move field \`.${field}\` out of a struct with a wildcard definition`, at);
  else if (source !== "nothing" && isPresent(source) && isRequired(source))
    way.fail(`Cannot move field \`.${field}\`, as it is in the submitted schema`, at, [
      hint("Field defined here", source.span),
      hint(
        `To move \`.${field}\` to \`.${to}\` and add a new field named \`${source.name}\`, add an \`add\` migration`,
        behind(toAt),
        `\n    add .${field}`,
      ),
    ]);
  const moved: MigratingField = { ...target, reason: { kind: "moved", step: i } };
  const parent = parentOf(field);
  const holder = parent ? way.at(parent) : null;
  if (typeof holder === "string")
    way.fail(`Cannot move field \`.${field}\`, as the parent object was removed.`, at);
  else if (holder && !holder.fields && holder.reason.kind !== "drop")
    way.fail(`Cannot move field \`.${field}\`, as the parent value is not an object.`, at);
  else {
    way.tell(`~ move field \`.${field}\` to field \`.${to}\``);
    way.put(field, { ...target, name: nameIn(field), span: way.nameSpan(i, 0, field) });
  }
  way.put(to, moved);
}

export function rewindSplit(way: Rewind, { field, to }: Moving, i: number): void {
  const source = way.at(field);
  if (source === "beside others")
    way.fail(
      `Cannot split field \`.${field}\`, which is in a struct with a wildcard definition`,
      way.places.step(i, 0),
    );
  else if (source !== "nothing" && isPresent(source) && !to.includes(field))
    refuseSource(way, source, i);
  const parts = to.flatMap((name, place) => splitInto(way, name, i, place));
  const shapes = parts.map(({ shape }) => shape);
  way.tell(...splitText(field, parts));
  if (!isInObject(way, field)) return;
  const shape: Shape = { kind: "union", of: [...shapes, NULL_SHAPE] };
  way.put(field, {
    name: nameIn(field),
    span: way.nameSpan(i, 0, field),
    typeSpan: NO_SPAN,
    shape,
    fields: null,
    hasRest: false,
    reason: { kind: "split", step: i },
  });
}

/** A field that is split must not be there any more. */
function refuseSource(way: Rewind, { reason, span }: MigratingField, i: number): void {
  const { places, hints } = way;
  const at = places.step(i, 0);
  if (reason.kind === "split")
    way.fail("Cannot split field twice", places.step(reason.step, 0), [
      hint("Field is also split here", at),
      hints.remove("Remove this split", places.statement(i)),
      hints.remove("Remove the later split", places.statement(reason.step)),
    ]);
  else if (reason.kind === "drop")
    way.fail("Cannot drop field that was split", at, [
      hints.remove("Remove the `drop`", places.statement(reason.step)),
    ]);
  else
    way.fail("Cannot split field: field is still present in submitted schema", at, [
      hint("Field defined here", span),
    ]);
}

/** One of the fields that another is split into. */
interface Part {
  readonly name: string;
  readonly shape: Shape;
  readonly value: Expr | null;
}

function splitText(field: string, parts: readonly Part[]): string[] {
  const quoted = parts.map(({ name }) => `\`.${name}\``);
  return [
    `~ split field \`.${field}\` into fields ${quoted.join(",")}`,
    ...parts.map(({ name, shape }, i) => {
      const how = name === field ? "stays in" : "moves to";
      const head = i ? "else if" : "if";
      return `  - ${head} the value matches type \`${showShape(shape)}\`, the value ${how} field \`.${name}\``;
    }),
    ...parts.flatMap(({ name, value }) =>
      value ? [`+ backfill field \`.${name}\` with value \`${print(value)}\``] : [],
    ),
  ];
}

/** Declares one of the fields that another is split into. */
function splitInto(way: Rewind, name: string, i: number, place: number): Part[] {
  const { places, hints } = way;
  const at = places.step(i, place + 1);
  const found = way.at(name);
  if (found === "nothing") {
    way.fail(`Cannot split field, as \`.${name}\` is not in the submitted schema`, at);
    return [{ name, shape: ANY, value: null }];
  }
  if (found === "beside others") {
    way.fail(
      `Cannot split into field \`.${name}\`, which is in a struct with a wildcard definition`,
      at,
    );
    return [];
  }
  const { reason } = found;
  if (reason.kind === "add")
    way.fail("Cannot add a field that is also created by a split", at, [
      hint("Field is added here", places.step(reason.step, 0)),
      hints.remove("Remove the add", places.statement(reason.step)),
    ]);
  else if (reason.kind === "split into")
    way.fail(
      "Cannot split into a field that is already split into",
      places.step(reason.step, reason.place + 1),
      [
        hint("Field is also split into here", at),
        hints.remove("Remove the later split", places.statement(reason.step)),
      ],
    );
  else if (reason.kind === "moved")
    way.fail("Cannot move into a field that is also a split target", places.statement(reason.step));
  const value = way.takeBackfill(found, name, at);
  way.put(name, { ...found, reason: { kind: "split into", step: i, place } });
  return [{ name, shape: typeOf(found), value }];
}

function isInObject(way: Rewind, field: string): boolean {
  const parents = field.split(".").slice(0, -1);
  return parents.every((_, i) => {
    const parent = way.at(parents.slice(0, i + 1).join("."));
    return typeof parent !== "string" && parent.fields !== null;
  });
}

/** Documents keep what had no place in the new form in a field. */
export function rewindKeeping(way: Rewind, { kind, field }: Keeping, i: number): void {
  const at = way.places.step(i, 0);
  if (kind === "move_conflicts") {
    const { wildcard } = way;
    if (!wildcard || wildcard.from === "added") {
      const message =
        "Cannot move wildcard conflicts, as there is no wildcard in the submitted schema";
      way.fail(message, at, way.hints.noWildcard(field));
      return;
    }
    keeper(way, field, i, wildcard.shape);
    way.conflicts = field;
    way.tell(`~ move values with type conflicts into \`.${field}\``);
    return;
  }
  if (way.wildcard && way.wildcard.from !== "added") {
    way.fail("Cannot move wildcard, as there is still a wildcard in the submitted schema", at);
    return;
  }
  const kept = keeper(way, field, i, null);
  const declared = [...way.fields.values()].filter(isPresent).map(({ name }) => `.${name}`);
  way.tell(
    `~ move all fields into the field \`.${field}\` except fields in the list \`[${declared.join(", ")}]\``,
  );
  way.wildcard = { shape: kept, from: "moved" };
}

/** The type of what a field keeps, which is `kept` if that is known. */
function keeper(way: Rewind, field: string, i: number, kept: Shape | null): Shape {
  const at = way.places.step(i, 0);
  const found = way.at(field);
  if (found === "beside others")
    way.fail(
      `Cannot move wildcard conflicts to field, as there is a wildcard in the same struct as \`.${field}\``,
      at,
    );
  else if (found === "nothing" || !isPresent(found))
    way.fail(
      `Cannot move wildcard conflicts to field \`.${field}\`, as it is not in the submitted schema`,
      at,
    );
  else if (found.reason.kind !== "drop") {
    const objects = alternatives(found.shape).filter((each) => each.kind === "object");
    const rest = objects.length === 1 ? objects[0]!.rest : null;
    const isRight = rest && showShape(found.shape) === Rewind.keeper(kept ?? rest);
    if (isRight) return rest;
    const message = `Wildcard conflicts field must have the type \`${Rewind.keeper(kept ?? ANY)}\``;
    way.fail(message, at);
  }
  return ANY;
}

export function rewindAddWildcard(way: Rewind, i: number): void {
  const at = way.places.statement(i);
  const { wildcard } = way;
  if (!wildcard) way.fail("Cannot add wildcard, as the submitted schema lacks a wildcard", at);
  else if (wildcard.from === "added")
    way.fail("Cannot add a wildcard twice", way.places.statement(wildcard.step!), [
      way.hints.remove(
        "Remove the duplicate `add_wildcard` migration",
        way.places.statement(wildcard.step!),
      ),
    ]);
  else {
    way.wildcard = { ...wildcard, from: "added", step: i };
    way.tell("+ add a top-level wildcard");
  }
}
