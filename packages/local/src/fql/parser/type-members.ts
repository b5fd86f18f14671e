import type { TypeExpr, TypeField } from "../ast";
import type { Span } from "../source";
import type { Scanner } from "./scanner";

/** What stands in the braces of a type. */
export type Member = { readonly span: Span } & (
  | { readonly kind: "field"; readonly field: TypeField }
  | { readonly kind: "wildcard"; readonly type: TypeExpr }
  /** `...`: whatever has these fields. */
  | { readonly kind: "open" }
);

/** The type that some members make. What must stand last is told of, and a field that is there twice. */
export function objectType(scan: Scanner, members: readonly Member[], span: Span): TypeExpr {
  const fields = new Map<string, TypeField>();
  let rest: TypeExpr | null = null;
  let open: Span | null = null;
  for (const member of members) {
    if (rest) misplaced(scan, member, "Wildcard", rest.span);
    if (open) misplaced(scan, member, "Interface", open);
    if (member.kind === "wildcard") rest = member.type;
    else if (member.kind === "open") open = member.span;
    else {
      const { name } = member.field;
      const first = fields.get(name.text);
      if (first)
        scan.error("Duplicate key", name.span, {
          remarks: [{ label: "hint", message: "Key originally used here", span: first.name.span }],
        });
      else fields.set(name.text, member.field);
    }
  }
  return { kind: "object", fields: [...fields.values()], rest, open: open !== null, span };
}

function misplaced(scan: Scanner, { span }: Member, what: string, where: Span): void {
  scan.error(`${what} must be the last element in an object`, span, {
    remarks: [{ label: "hint", message: `${what} defined here`, span: where }],
  });
}
