import type { TypeExpr } from "../fql/ast";
import type { Diagnostic, Remark } from "../fql/summary";

/** Why there are no defaults inside a type. */
type Reason = Remark;

/**
 * Only the fields of an object that a field always holds may have defaults: not those of one that may be null, be
 * something else, or has a default itself.
 */
export function misplacedDefaults(type: TypeExpr): Diagnostic[] {
  return inField(type, null);
}

function refused(span: Remark["span"], reason: Reason | null): Diagnostic {
  const remarks = reason ? [reason] : [];
  return { level: "error", message: "Default values are not allowed here", span, remarks };
}

function because(message: string, span: Remark["span"]): Reason {
  return { label: "hint", message, span };
}

function inField(type: TypeExpr, reason: Reason | null): Diagnostic[] {
  if (type.kind !== "object" || type.open) return inType(type, reason ?? reasonOf(type));
  const fields = type.fields.flatMap(({ type: of, initial }) => [
    ...(initial && reason ? [refused(initial.span, reason)] : []),
    ...inField(
      of,
      reason ?? (initial ? because("Parent has a conflicting default value", initial.span) : null),
    ),
  ]);
  return type.rest ? [...fields, ...inType(type.rest, null)] : fields;
}

function reasonOf(type: TypeExpr): Reason {
  switch (type.kind) {
    case "nullable":
      return because("Parent is nullable", type.mark);
    case "union":
      return because("Parent is a union", type.span);
    default:
      return because("Parent is not an object", type.span);
  }
}

/** In a type that is not the object of a field there are no defaults at all. */
function inType(type: TypeExpr, reason: Reason | null): Diagnostic[] {
  const all = (types: readonly TypeExpr[]): Diagnostic[] =>
    types.flatMap((each) => inType(each, reason));
  switch (type.kind) {
    case "object": {
      const fields = type.fields.flatMap(({ type: of, initial }) => [
        ...(initial ? [refused(initial.span, reason)] : []),
        ...inType(of, reason),
      ]);
      return type.rest ? [...fields, ...inType(type.rest, reason)] : fields;
    }
    case "named":
      return all(type.args);
    case "tuple":
      return all(type.items);
    case "union":
    case "intersection":
      return all(type.members);
    case "nullable":
      return inType(type.of, reason);
    case "function":
      return all(
        [...type.params, ...(type.rest ? [type.rest] : [])]
          .map((param) => param.type)
          .concat(type.result),
      );
    default:
      return [];
  }
}
