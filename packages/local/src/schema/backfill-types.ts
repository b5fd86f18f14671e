import type { Expr, Name, TypeExpr } from "../fql/ast";
import { LIBRARY } from "../fql/stdlib/library";
import type { Diagnostic, Remark } from "../fql/summary";
import { SchemaCheck } from "../types/schema-check";
import type { CollectionSchema, Schema } from "../types/schema";

/** The type of a field in an object's type. */
export function memberType(type: TypeExpr | null, name: string): TypeExpr | null {
  if (type?.kind !== "object") return null;
  return type.fields.find((field) => field.name.text === name)?.type ?? null;
}

/** Where an object's type names a field. */
export function memberName(type: TypeExpr | null, name: string): Name | null {
  if (type?.kind !== "object") return null;
  return type.fields.find((field) => field.name.text === name)?.name ?? null;
}

function typeOf({ fields }: CollectionSchema, field: string): TypeExpr | null {
  const [top = "", ...inner] = field.split(".");
  return inner.reduce(memberType, fields.get(top)?.type ?? null);
}

/** Says what is wrong with what a migration gives to documents that lack a field: the server takes it for a default. */
export function backfillCheck(schema: Schema, collection: string) {
  return (field: string, value: Expr): Diagnostic[] => {
    const own = schema.collections.find(({ name }) => name === collection);
    const type = own && typeOf(own, field);
    if (!type) return [];
    const fields = new Map([...own.fields, [field, { type, initial: value }]]);
    const collections = schema.collections.map((each) =>
      each === own ? { ...own, fields } : each,
    );
    const { source, start, end } = value.span;
    const defined: Remark = { label: "hint", message: "Field type defined here", span: type.span };
    return new SchemaCheck(LIBRARY, { ...schema, collections })
      .run()
      .filter(({ span }) => span.source === source && span.start >= start && span.end <= end)
      .map((error) => ({ ...error, remarks: [defined, ...(error.remarks ?? [])] }));
  };
}
