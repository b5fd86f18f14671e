import type { TypeExpr } from "../ast";
import type { Span } from "../source";
import type { Remark } from "../summary";
import type { Scanner } from "./scanner";

/** Why there is no default within a type; null where there may be one. */
type Obstacle = Remark | "no field" | null;

function obstacle(message: string, span: Span): Remark {
  return { label: "hint", message, span };
}

/** Tells of defaults where there are none: they are for fields, and for fields of objects that are there in any case. */
export function checkDefaults(scan: Scanner, type: TypeExpr, isField: boolean): void {
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
          const conflict = "Parent has a conflicting default value";
          visit(field.type, within ?? (initial ? obstacle(conflict, initial.span) : null));
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
  visit(type, isField ? null : "no field");
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
