import type { Name, TypeExpr } from "../fql/ast";
import type { Span } from "../fql/source";
import type { Diagnostic } from "../fql/summary";
import type { Environment } from "./environment";
import { typeError } from "./failures";
import type { Supply } from "./supply";
import {
  any,
  fn,
  hasField,
  intersection,
  literal,
  named,
  never,
  partsOf,
  record,
  skolem,
  tuple,
  union,
  type Skolem,
  type Type,
} from "./type";

/** Makes types of type expressions; `name` says what a name with arguments stands for. */
export function convert(
  expr: TypeExpr,
  name: (name: Name, args: readonly Type[], span: Span) => Type,
  hole: (span: Span) => Type = any,
): Type {
  const { span } = expr;
  const go = (each: TypeExpr): Type => convert(each, name, hole);
  switch (expr.kind) {
    case "any":
      return any(span);
    case "never":
      return never(span);
    case "hole":
      return hole(span);
    case "literal":
      return literal(expr.value, span);
    case "named":
      return name(expr.name, expr.args.map(go), span);
    case "object": {
      const fields = new Map(expr.fields.map((field) => [field.name.text, go(field.type)]));
      if (!expr.open) return record(fields, expr.rest && go(expr.rest), span);
      const each = [...fields].map(([field, type]) => hasField(field, type, span));
      return each.length === 1 ? each[0]! : intersection(each, span);
    }
    case "tuple":
      return tuple(expr.items.map(go), span);
    case "function": {
      const param = ({ name: of, type }: { name: Name | null; type: TypeExpr }) =>
        of ? { name: of.text, type: go(type) } : { type: go(type) };
      const rest = expr.rest && param(expr.rest);
      return fn(expr.params.map(param), go(expr.result), span, rest);
    }
    case "union":
      return union(expr.members.map(go), span);
    case "intersection":
      return intersection(expr.members.map(go), span);
    case "nullable":
      return union([go(expr.of), named("Null", [], expr.mark)], span);
    case "difference":
      return go(expr.of);
    case "recursive":
    case "projection":
      return any(span);
  }
}

/** The type of a signature that is known to be right: names without a meaning here are names of types. */
export function trusted(expr: TypeExpr, params: ReadonlySet<string> = new Set()): Type {
  return convert(expr, (name, args, span) =>
    params.has(name.text) && !args.length
      ? skolem(name.text, 0, span)
      : named(name.text, args, span),
  );
}

/** Names that other languages use for types. They cause only a warning. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map(
  ["Any", "Null", "Number", "String", "Boolean"].map((name) => [name.toLowerCase(), name]),
);

/** Reads annotations, and says what is wrong with them. */
export class Annotations {
  readonly errors: Diagnostic[] = [];
  readonly warnings: Diagnostic[] = [];

  constructor(
    readonly environment: Environment,
    readonly supply: Supply,
    readonly level: number,
    /** Whether unknown names stand for any type, if they are both given and answered. */
    readonly generic: boolean,
  ) {}

  read(expr: TypeExpr): Type {
    const type = convert(
      expr,
      (name, args, span) => this.#named(name, args, span),
      (span) => this.supply.variable(span, this.level),
    );
    if (this.generic) this.#checkParams(type);
    return type;
  }

  #fail(message: string, span: Span): Type {
    this.errors.push(typeError(message, span));
    return any(span);
  }

  #named({ text, span: at }: Name, args: readonly Type[], span: Span): Type {
    const shape = this.environment.shape(text);
    if (!shape)
      return !args.length && this.generic
        ? skolem(text, this.level, at)
        : this.#fail(`Unknown type \`${text}\``, at);
    const expected = shape.params.length;
    if (expected !== args.length) {
      const accepts = `accepts ${expected} parameters, received ${args.length}`;
      const message = expected
        ? `Type constructor \`${text}<>\` ${accepts}`
        : `Type \`${text}\` does not accept any parameters.`;
      return this.#fail(message, at);
    }
    if (text === "Ref" || text === "EmptyRef") return this.#reference(text, args[0]!, span);
    return named(text, args, span);
  }

  #reference(text: string, to: Type, span: Span): Type {
    if (to.kind === "skolem") return this.#fail(`Unknown type \`${to.name}\``, to.span);
    const isDocument =
      to.kind === "named" && this.environment.shape(to.name)?.document?.exists === true;
    return isDocument
      ? named(text, [to], span)
      : this.#fail("Reference type must refer to a doc type", span);
  }

  /** Parameters must be both given and answered. */
  #checkParams(type: Type): void {
    const found = new Map<string, { all: Skolem[]; given: boolean; answered: boolean }>();
    const visit = (each: Type, positive: boolean): void => {
      if (each.kind === "skolem") {
        const known = found.get(each.name) ?? { all: [], given: false, answered: false };
        found.set(each.name, known);
        known.all.push(each);
        if (positive) known.answered = true;
        else known.given = true;
      } else if (each.kind === "function") {
        for (const param of [...each.params, ...(each.rest ? [each.rest] : [])])
          visit(param.type, !positive);
        visit(each.result, positive);
      } else if (each.kind !== "var") for (const part of partsOf(each)) visit(part, positive);
    };
    visit(type, true);
    for (const [name, { all, given, answered }] of found) {
      if (given && answered) continue;
      for (const each of all) each.invalid = true;
      const { span } = all[0]!;
      const other = OTHER_NAMES.get(name);
      const message = `Unknown type \`${name}\``;
      if (other === undefined) this.errors.push(typeError(message, span));
      else {
        const hint = `${message}. Did you mean \`${other}\`?`;
        this.warnings.push({ level: "warning", message: hint, span });
      }
    }
  }
}
