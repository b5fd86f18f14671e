import type { Diagnostic } from "../fql/summary";
import { BASE, type Alt } from "./alternatives";
import { failureKey, type Failure } from "./failures";
import { keyOf, NULL, type Type, type Variable } from "./type";

// What a check of a value against a use found out, as a tree: so that a mistake in one alternative is none if another
// one holds, also when alternatives turn out to fail later. `null` is the check of nothing.

/** What one value and one use have to do with each other. */
interface Between {
  readonly value: Type;
  readonly from: Alt;
  readonly use: Type;
  readonly to: Alt;
}
export interface Leaf extends Between {
  readonly kind: "ok" | "fail";
  /** Mistakes that no alternative fixes. */
  readonly errors: readonly Diagnostic[];
  readonly failures: readonly Failure[];
}
export interface Sub extends Between {
  readonly kind: "sub";
  readonly check: Check;
}
export type Concrete = Leaf | Sub;
/** The checks of what a name stands for. */
export interface AliasCheck {
  readonly kind: "alias";
  readonly value: Type;
  readonly from: Alt;
  readonly check: Check;
}
export interface VariableCheck {
  readonly kind: "var";
  readonly variable: Variable;
}
/** All must hold; each must hold in one of its alternatives. */
export interface Several {
  readonly kind: "all" | "each";
  readonly checks: readonly Check[];
}
export type Check = Concrete | AliasCheck | VariableCheck | Several;

const NONE: readonly never[] = [];

/** A check that holds whatever becomes of alternatives. */
export const HOLDS: Leaf = leaf("ok", NULL, BASE, NULL, BASE);

function leaf(
  kind: Leaf["kind"],
  value: Type,
  from: Alt,
  use: Type,
  to: Alt,
  failures: readonly Failure[] = NONE,
  errors: readonly Diagnostic[] = NONE,
): Leaf {
  return { kind, value, from, use, to, errors, failures };
}

/** What holds within one alternative says nothing of others. */
export function ok(value: Type, from: Alt, use: Type, to: Alt): Leaf {
  return from === to ? HOLDS : leaf("ok", value, from, use, to);
}
export function failed(
  { value, from, use, to }: Between,
  failures: readonly Failure[],
  errors?: readonly Diagnostic[],
): Leaf {
  return leaf("fail", value, from, use, to, failures, errors);
}
export function sub(value: Type, from: Alt, use: Type, to: Alt, check: Check | null): Concrete {
  if (!check || (check === HOLDS && from === to)) return ok(value, from, use, to);
  return { kind: "sub", value, from, use, to, check };
}
export function aliased(value: Type, from: Alt, check: Check): Check {
  return check === HOLDS ? HOLDS : { kind: "alias", value, from, check };
}
export function ofVariable(variable: Variable): VariableCheck {
  return { kind: "var", variable };
}
export function several(kind: Several["kind"], checks: readonly Check[]): Several {
  return { kind, checks: distinct(checks) };
}

/** What checks that say the same have in common. */
function keyOfWhat(check: Check): string {
  if (check.kind === "var") return check.variable.key;
  return "checks" in check ? check.kind : keyOf(check.value);
}

function areSame(all: readonly Check[], others: readonly Check[]): boolean {
  return all.length === others.length && all.every((each, i) => isSame(each, others[i]!));
}

/** Whether two checks say the same. */
export function isSame(a: Check, b: Check): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case "var":
      return b.kind === "var" && a.variable === b.variable;
    case "all":
    case "each":
      return a.kind === b.kind && areSame(a.checks, b.checks);
    case "alias":
      return b.kind === "alias" && isFrom(a, b) && isSame(a.check, b.check);
    case "sub":
      return b.kind === "sub" && isBetween(a, b) && isSame(a.check, b.check);
    default:
      return a.kind === b.kind && isBetween(a, b) && why(a) === why(b);
  }
}
function isFrom(a: Pick<Between, "value" | "from">, b: Pick<Between, "value" | "from">): boolean {
  return a.from === b.from && keyOf(a.value) === keyOf(b.value);
}
function isBetween(a: Between, b: Between): boolean {
  return isFrom(a, b) && a.to === b.to && keyOf(a.use) === keyOf(b.use);
}
function why({ failures, errors }: Leaf): string {
  return [...failures.map(failureKey), ...errors.map(({ message }) => message)].join(";");
}

/** Without those that say the same. */
export function distinct<T extends Check>(all: readonly T[]): readonly T[] {
  if (all.length < 2) return all;
  const known = new Map<string, T[]>();
  return all.filter((each) => {
    const key = keyOfWhat(each);
    const alike = known.get(key);
    if (!alike) known.set(key, [each]);
    else if (alike.some((other) => isSame(each, other))) return false;
    else alike.push(each);
    return true;
  });
}

function partsOf(check: Check, kind: Several["kind"]): readonly Check[] {
  if (check.kind === kind) return check.checks;
  return check === HOLDS ? NONE : [check];
}

/** Several checks as one: those of the same kind in one list, which begins with the first of that kind. */
function joined(kind: Several["kind"], checks: Iterable<Check | null>): Check | null {
  let only: Check | null = null;
  let list: Check[] | null = null;
  for (const check of checks) {
    if (!check) continue;
    if (list) list.push(...partsOf(check, kind));
    else if (!only) only = check;
    else if (only.kind === kind) list = [...only.checks, ...partsOf(check, kind)];
    else if (check.kind === kind) list = [...check.checks, ...partsOf(only, kind)];
    else if (!isSame(only, check)) list = [...partsOf(only, kind), ...partsOf(check, kind)];
  }
  return list ? several(kind, list) : only;
}

/** The check that all of these hold. */
export function all(checks: Iterable<Check | null>): Check | null {
  return joined("all", checks);
}
/** The check that each value holds in one of the alternatives. */
export function each(checks: Iterable<Check | null>): Check | null {
  return joined("each", checks);
}
/** The same of two checks. */
export function both(a: Check | null, b: Check): Check {
  if (!a || a === b) return b;
  if (a.kind !== "each") return joined("each", [a, b])!;
  const more = partsOf(b, "each").filter((each) => !a.checks.some((other) => isSame(each, other)));
  return more.length ? { kind: "each", checks: [...a.checks, ...more] } : a;
}

/** Whether a check holds, whatever becomes of alternatives: it has none, and no mistake. */
export function isCertain(check: Check | null, seen: Set<Variable> = new Set()): boolean {
  switch (check?.kind) {
    case undefined:
      return true;
    case "ok":
      return check === HOLDS;
    case "fail":
      return false;
    case "sub":
      return check.from === check.to && isCertain(check.check, seen);
    case "alias":
      return isCertain(check.check, seen);
    case "var":
      if (seen.has(check.variable)) return true;
      seen.add(check.variable);
      return isCertain(check.variable.state.check, seen);
    case "all":
    case "each":
      return check.checks.every((each) => isCertain(each, seen));
  }
}
