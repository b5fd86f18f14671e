import { BASE } from "./alternatives";
import type { Solver } from "./constrain";
import { instantiate } from "./copies";
import { fitsPlainly, isValue } from "./plain-unions";
import { CLOSED, keyOf, named, type FunctionType, type Named, type Tuple, type Type } from "./type";

// Most steps of a text have one outcome: a method that a name has, a call of a function that is known, a value of which
// nothing has been asked. They are taken here as a constraint takes them, but without one. Variables are made and fed as
// they would be, and the ids of choices are reserved, as both decide orders. Places are not kept, so but for what is first
// met this is for texts without a mistake: see `Supply.isQuick`.

/** What a variable stands for, if nothing else ever flows into it. */
export function knownOf(type: Type): Type {
  return (type.kind === "var" && type.known) || type;
}

/** Whether what is known comes of choices that are not opened yet. */
export function isDeferred(type: Type): boolean {
  return type.kind === "var" && type.isDeferred;
}

/** A type that can be looked into where a variable stands for it: a name, a function, or several signatures. */
export function isSingle(type: Type): boolean {
  if (type.kind !== "intersection") return type.kind === "named" || type.kind === "function";
  return type.level === CLOSED && type.members.every(({ kind }) => kind === "function");
}
/** One without variables, so that it is the same each time. */
export function isFixed(type: Type): boolean {
  return type.level === CLOSED && isSingle(type);
}

/** Whether a value fits a use with nothing more to find out. */
export function fitsAtOnce(solver: Solver, value: Type, use: Type): boolean {
  return (solver.supply.isQuick && isPlainFit(solver, value, use)) || isFirst(value, use);
}

/** The first that a variable meets is noted, and checked against what comes later. */
function isFirst(value: Type, use: Type): boolean {
  if (use.kind === "var" && value.level <= use.level) {
    const { uses, check } = use.state;
    if (value === use || value.kind === "union" || uses.length || check) return false;
    use.addValue(value, BASE);
    return true;
  }
  if (value.kind !== "var" || use.level > value.level || use.kind === "intersection") return false;
  const { values, check } = value.state;
  if (values.length || check) return false;
  value.addUse(use, BASE);
  return true;
}

function isPlainFit(solver: Solver, given: Type, use: Type): boolean {
  const value = knownOf(given);
  if (use.kind !== "union") return isPlainValue(value, use);
  if (isDeferred(given) || !fitsPlainly(value, use, solver.environment)) return false;
  // A constraint keeps an id for the choice.
  solver.supply.reserve();
  return true;
}

function isPlainValue(value: Type, use: Type): boolean {
  if (value.kind !== "literal" && (value.kind !== "named" || value.args.length)) return false;
  return use.kind === "any" || isValue(value, use);
}

/** The type of a field that a type has by its name. */
export function knownField(solver: Solver, of: Type, field: string, level: number): Type | null {
  const type = knownOf(of);
  if (!solver.supply.isQuick || (type.kind !== "named" && type.kind !== "tuple")) return null;
  const shape = solver.environment.shape(type.kind === "tuple" ? "Array" : type.name);
  const found = shape?.fields.get(field);
  const base = found && (type.kind === "tuple" ? arrayOf(solver, type, level) : type);
  if (!base) return null;
  const given = shape!.params.map((name, i) => [name, base.args[i]!] as const);
  return instantiate(solver.supply, found, level, given);
}

/** An array of a tuple's items, each once; null if they cannot be taken as they are. */
function arrayOf({ supply }: Solver, { items, span }: Tuple, level: number): Named | null {
  if (items.some((item) => item.kind === "union" || item.level > level)) return null;
  const element = supply.variable(span, level);
  const met = new Set<string>();
  for (const item of items) {
    if (met.has(keyOf(item))) continue;
    met.add(keyOf(item));
    element.addValue(item, BASE);
  }
  return named("Array", [element], span);
}

/** The function that is known to be called with some arguments, if it takes as many. */
export function knownFunction(type: Type, count: number): FunctionType | null {
  const fn = knownOf(type);
  return fn.kind === "function" && !isDeferred(type) && takes(fn, count) ? fn : null;
}

function takes({ params, rest }: FunctionType, count: number): boolean {
  return rest ? params.length <= count : params.length === count;
}

/**
 * What a call gives, if it is plain which signature is called: the others take another number of arguments, and it takes
 * what is given. So whoever does not depend on the choice need not have it opened.
 */
export function plainResult(type: Type, given: readonly Type[]): Type | null {
  const all = type.kind === "intersection" ? type.members : [type];
  let picked: FunctionType | null = null;
  for (const each of all) {
    if (each.kind !== "function" || each.level !== CLOSED) return null;
    if (!takes(each, given.length)) continue;
    if (picked) return null;
    picked = each;
  }
  if (!picked || !isFixed(picked.result)) return null;
  const { params, rest, result } = picked;
  const fits = given.every((value, i) => isPlainValue(knownOf(value), (params[i] ?? rest!).type));
  return fits ? result : null;
}
