import type { Expr, TypeExpr } from "../ast";
import type { Span } from "../source";
import type { Remark } from "../summary";
import type { Scanner } from "./scanner";

/** Why there is no default within a type; null where there may be one. */
type Obstacle = Remark | "no field" | null;

function obstacle(message: string, span: Span): Remark {
  return { label: "hint", message, span };
}

/** Tells of defaults in the type of a field where there are none: what is there in any case may have them. */
export function checkDefaults(scan: Scanner, type: TypeExpr, initial: Expr | null): void {
  visitDefaults(scan, type, ofParent(initial));
}

/** Tells of all defaults in a type that is not a field's. */
export function refuseDefaults(scan: Scanner, type: TypeExpr): void {
  visitDefaults(scan, type, "no field");
}

function ofParent(initial: Expr | null | undefined): Obstacle {
  return initial ? obstacle("Parent has a conflicting default value", initial.span) : null;
}

function visitDefaults(scan: Scanner, whole: TypeExpr, around: Obstacle): void {
  const visit = (each: TypeExpr, parent: Obstacle): void => {
    const within = parent ?? ownObstacle(each);
    switch (each.kind) {
      case "object":
        for (const field of each.fields) {
          const { initial } = field;
          if (initial && within)
            scan.error("Default values are not allowed here", initial.span, {
              remarks: within === "no field" ? [] : [within],
            });
          visit(field.type, within ?? ofParent(initial));
        }
        if (each.rest) visit(each.rest, within ?? "no field");
        return;
      case "named":
        for (const arg of each.args) visit(arg, within);
        return;
      case "tuple":
        for (const item of each.items) visit(item, within);
        return;
      case "union":
      case "intersection":
        for (const member of each.members) visit(member, within);
        return;
      case "function":
        for (const param of each.params) visit(param.type, within);
        if (each.rest) visit(each.rest.type, within);
        visit(each.result, within);
        return;
      case "nullable":
        visit(each.of, within);
        return;
      default:
    }
  };
  visit(whole, around);
}

function ownObstacle(type: TypeExpr): Obstacle {
  switch (type.kind) {
    case "object":
      return type.open ? obstacle("Parent is not an object", type.span) : null;
    case "nullable":
      return obstacle("Parent is nullable", type.mark);
    case "union":
      return obstacle("Parent is a union", type.span);
    default:
      return obstacle("Parent is not an object", type.span);
  }
}
