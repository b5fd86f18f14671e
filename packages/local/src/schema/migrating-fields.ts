import type { Expr } from "../fql/ast";
import { acceptsNull, type Shape } from "../fql/model/shape";
import type { Span } from "../fql/source";
import type { Form, Places } from "./migration-form";

/** What is the reason that a field is there, or is no more, at a point on the way back; `step` is that of the migrations. */
export type Reason =
  | { readonly kind: "schema"; readonly initial: Expr | null }
  | { readonly kind: "split" | "drop" | "backfill" | "add" | "moved"; readonly step: number }
  | { readonly kind: "split into"; readonly step: number; readonly place: number };

export interface MigratingField {
  readonly name: string;
  /** Where its name and its type are written. */
  readonly span: Span;
  readonly typeSpan: Span;
  readonly shape: Shape;
  /** The fields in it, if it is an object. */
  readonly fields: MigratingFields | null;
  readonly hasRest: boolean;
  readonly reason: Reason;
}
export type MigratingFields = Map<string, MigratingField>;

/** The fields that a form declares. */
export function fieldsOfForm(form: Form, places: Places): MigratingFields {
  return new Map(
    [...form.fields].map(([name, { shape, initial }]) => [
      name,
      declared(name, name, shape, initial, places),
    ]),
  );
}

function declared(
  name: string,
  path: string,
  shape: Shape,
  initial: Expr | null,
  places: Places,
): MigratingField {
  const own = shape.kind === "object" ? shape : null;
  const inner = [...(own?.fields ?? [])].map(([each, type]): [string, MigratingField] => {
    const its = own?.initials?.get(each) ?? null;
    return [each, declared(each, `${path}.${each}`, type, its, places)];
  });
  return {
    name,
    span: places.name(path),
    typeSpan: places.type(path),
    shape,
    fields: own && new Map(inner),
    hasRest: own?.rest != null,
    reason: { kind: "schema", initial },
  };
}

/** Why a path leads to no field: there is none, or the object that it would be in has others besides those declared. */
export type Missing = "nothing" | "beside others";

export function fieldAt(fields: MigratingFields, path: string): MigratingField | Missing {
  const names = path.split(".");
  const last = names.pop()!;
  let now = fields;
  for (const name of names) {
    const field = now.get(name);
    if (!field?.fields || field.reason.kind !== "schema") return "nothing";
    if (field.hasRest) return "beside others";
    now = field.fields;
  }
  return now.get(last) ?? "nothing";
}

/** Puts a field where its path leads; what is in no object stays out. */
export function putField(fields: MigratingFields, path: string, field: MigratingField): void {
  const names = path.split(".");
  const last = names.pop()!;
  const inner = names.reduce<MigratingFields | null | undefined>(
    (now, name) => now?.get(name)?.fields,
    fields,
  );
  inner?.set(last, field);
}

/** Whether documents have the field at this point. */
export function isPresent({ reason }: MigratingField): boolean {
  return reason.kind !== "split into" && reason.kind !== "add" && reason.kind !== "moved";
}

/** Its type at this point: of an object without the fields that are not there yet. */
export function typeOf({ shape, fields }: MigratingField): Shape {
  if (!fields) return shape;
  const present = [...fields.values()].filter(isPresent);
  return {
    kind: "object",
    fields: new Map(present.map((field) => [field.name, typeOf(field)])),
    rest: null,
  };
}

export function takesNull(field: MigratingField): boolean {
  return !field.fields && acceptsNull(field.shape);
}

/** Whether a new document has to give it. */
export function isRequired(field: MigratingField): boolean {
  const { reason } = field;
  if (reason.kind === "drop") return true;
  const isGiven = reason.kind === "schema" && reason.initial !== null;
  return isPresent(field) && !isGiven && !takesNull(field);
}
