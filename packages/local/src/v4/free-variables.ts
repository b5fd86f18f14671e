import type { Position } from "./errors";
import type { Expression } from "./expressions";

/** The variables that an expression uses and does not bind, with the places where it does. */
export type FreeVariables = ReadonlyMap<string, readonly Position[]>;

const NONE: FreeVariables = new Map();

/** Of a lambda they are known since it was parsed, so each part of a query is looked at once for each lambda around it. */
export function freeVariables(expression: Expression): FreeVariables {
  switch (expression.kind) {
    case "var":
      return new Map([[expression.name, [expression.position]]]);
    case "lambda":
      return expression.free;
    case "let":
      return ofLet(expression.bindings, expression.body);
    default:
      return union(partsOf(expression).map(freeVariables));
  }
}

export function without(free: FreeVariables, bound: readonly string[]): FreeVariables {
  return new Map([...free].filter(([name]) => !bound.includes(name)));
}

function ofLet(
  bindings: readonly (readonly [string, Expression])[],
  body: Expression,
): FreeVariables {
  const bound: string[] = [];
  const parts = bindings.map(([name, value]) => {
    const free = without(freeVariables(value), bound);
    bound.push(name);
    return free;
  });
  return union([...parts, without(freeVariables(body), bound)]);
}

function union(parts: readonly FreeVariables[]): FreeVariables {
  const [first, ...more] = parts.filter(({ size }) => size > 0);
  if (!first) return NONE;
  const all = new Map(first);
  for (const part of more)
    for (const [name, places] of part) all.set(name, [...(all.get(name) ?? []), ...places]);
  return all;
}

export type Compound = Exclude<Expression, { kind: "var" | "lambda" | "let" }>;

export function partsOf(expression: Compound): readonly Expression[] {
  switch (expression.kind) {
    case "literal":
      return [];
    case "array":
      return expression.items;
    case "object":
      return expression.fields.map(([, value]) => value);
    case "if":
      return [expression.condition, expression.then, expression.otherwise];
    case "logic":
      return expression.operands;
    case "do":
      return expression.steps;
    case "select": {
      const { path, from, all, fallback } = expression;
      return [path, from, all, fallback].filter((part) => part !== undefined);
    }
    case "at":
      return [expression.time, expression.body];
    case "call":
      return [...expression.args.values()];
  }
}

/** The names in the order of the server's hash map: by five bits of the hash at a time, those alone in theirs first. */
export function inHashOrder(names: readonly string[], shift = 0): string[] {
  const slots = new Map<number, string[]>();
  for (const name of names) {
    const slot = (hashOf(name) >>> shift) & 31;
    slots.set(slot, [...(slots.get(slot) ?? []), name]);
  }
  const ordered = [...slots].sort(([a], [b]) => a - b).map(([, within]) => within);
  const alone = ordered.filter(({ length }) => length === 1).flat();
  const shared = ordered.filter(({ length }) => length > 1);
  return [
    ...alone,
    ...shared.flatMap((within) => (shift < 30 ? inHashOrder(within, shift + 5) : within)),
  ];
}

/** Java's hash of a text, its bits mixed as Scala's hash map does. */
function hashOf(text: string): number {
  let java = 0;
  for (let i = 0; i < text.length; i++) java = (Math.imul(java, 31) + text.charCodeAt(i)) | 0;
  let hash = (java + ~(java << 9)) | 0;
  hash ^= hash >>> 14;
  hash = (hash + (hash << 4)) | 0;
  return hash ^ (hash >>> 10);
}
