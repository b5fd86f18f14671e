import type { Diagnostic } from "../fql/summary";
import type { Alt } from "./alternatives";
import { failureKey, type Failure } from "./failures";
import { keyOf, type Type, type Variable } from "./type";

// What a check of a value against a use found out, as a tree: so that a mistake in one alternative is none if another
// one holds, also when alternatives turn out to fail later. `null` is the check of nothing.

/** What one value and one use have to do with each other. */
interface Between {
  readonly value: Type;
  readonly from: Alt;
  readonly use: Type;
  readonly to: Alt;
  readonly key: string;
}
export interface Leaf extends Between {
  readonly kind: "ok" | "fail";
  /** Mistakes that no alternative mends. */
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
  readonly key: string;
}
export interface VariableCheck {
  readonly kind: "var";
  readonly variable: Variable;
  readonly key: string;
}
/** All must hold; each must hold in one of its alternatives. */
export interface Several {
  readonly kind: "all" | "each";
  readonly checks: readonly Check[];
  readonly key: string;
}
export type Check = Concrete | AliasCheck | VariableCheck | Several;

function betweenKey(value: Type, from: Alt, use: Type, to: Alt): string {
  return `${keyOf(value)}@${from.id}<${keyOf(use)}@${to.id}`;
}

export function ok(value: Type, from: Alt, use: Type, to: Alt): Leaf {
  const key = `ok ${betweenKey(value, from, use, to)}`;
  return { kind: "ok", value, from, use, to, errors: [], failures: [], key };
}
export function failed(
  { value, from, use, to }: Omit<Between, "key">,
  failures: readonly Failure[],
  errors: readonly Diagnostic[] = [],
): Leaf {
  const why = [...failures.map(failureKey), ...errors.map(({ message }) => message)].join(";");
  const key = `fail ${betweenKey(value, from, use, to)} ${why}`;
  return { kind: "fail", value, from, use, to, errors, failures, key };
}
export function sub(value: Type, from: Alt, use: Type, to: Alt, check: Check | null): Concrete {
  if (!check) return ok(value, from, use, to);
  const key = `sub ${betweenKey(value, from, use, to)} ${check.key}`;
  return { kind: "sub", value, from, use, to, check, key };
}
export function aliased(value: Type, from: Alt, check: Check): AliasCheck {
  return {
    kind: "alias",
    value,
    from,
    check,
    key: `alias ${keyOf(value)}@${from.id} ${check.key}`,
  };
}
export function ofVariable(variable: Variable): VariableCheck {
  return { kind: "var", variable, key: variable.key };
}
export function several(kind: Several["kind"], checks: readonly Check[]): Several {
  const unique = distinct(checks);
  return { kind, checks: unique, key: `${kind}(${unique.map(({ key }) => key).join(",")})` };
}

/** Without those that say the same. */
export function distinct<T extends { readonly key: string }>(all: Iterable<T>): T[] {
  const found = new Map<string, T>();
  for (const each of all) if (!found.has(each.key)) found.set(each.key, each);
  return [...found.values()];
}

function joined(kind: Several["kind"], a: Check | null, b: Check | null): Check | null {
  if (!a || !b) return a ?? b;
  if (a.kind !== kind && b.kind !== kind && a.key === b.key) return a;
  const parts = (check: Check): readonly Check[] => (check.kind === kind ? check.checks : [check]);
  const [first, second] = a.kind !== kind && b.kind === kind ? [b, a] : [a, b];
  return several(kind, [...parts(first), ...parts(second)]);
}

/** The check that all of these hold. */
export function all(checks: Iterable<Check | null>): Check | null {
  let result: Check | null = null;
  for (const check of checks) result = joined("all", result, check);
  return result;
}
/** The check that each value holds in one of the alternatives. */
export function each(checks: Iterable<Check | null>): Check | null {
  let result: Check | null = null;
  for (const check of checks) result = joined("each", result, check);
  return result;
}
export function both(a: Check | null, b: Check | null): Check | null {
  return joined("each", a, b);
}
