import type { Coalesced, CoalescedFunction, CoalescedParam, CoalescedRecord } from "./coalesced";
import { isValueOf } from "./structure";

/** Both of two things, joined; or the one that is there. */
function joined<T>(a: T | null, b: T | null, join: (a: T, b: T) => T): T | null {
  return a && b ? join(a, b) : (a ?? b);
}

function joinMaps<K, T>(
  a: ReadonlyMap<K, T>,
  b: ReadonlyMap<K, T>,
  join: (a: T, b: T) => T,
): Map<K, T> {
  const all = new Map(a);
  for (const [key, value] of b) all.set(key, all.has(key) ? join(all.get(key)!, value) : value);
  return all;
}

function joinFunctions(positive: boolean) {
  const param = (a: CoalescedParam, b: CoalescedParam): CoalescedParam => ({
    name: a.name,
    type: merge(a.type, b.type, !positive),
  });
  return (a: CoalescedFunction, b: CoalescedFunction): CoalescedFunction => ({
    params: a.params.map((each, i) => param(each, b.params[i] ?? b.rest ?? each)),
    rest: a.rest && b.rest ? param(a.rest, b.rest) : null,
    result: merge(a.result, b.result, positive),
  });
}

/** The fields that both have (of values), or that one has (of uses). */
function joinFields(
  a: ReadonlyMap<string, Coalesced>,
  b: ReadonlyMap<string, Coalesced>,
  positive: boolean,
  restOfA: Coalesced | null,
  restOfB: Coalesced | null,
): Map<string, Coalesced> {
  const fields = new Map<string, Coalesced>();
  for (const [name, field] of a) {
    const other = b.get(name) ?? restOfB;
    if (other) fields.set(name, merge(field, other, positive));
    else if (!positive) fields.set(name, field);
  }
  for (const [name, field] of b) {
    if (a.has(name)) continue;
    if (restOfA) fields.set(name, merge(restOfA, field, positive));
    else if (!positive) fields.set(name, field);
  }
  return fields;
}

function joinRecords(positive: boolean) {
  return (a: CoalescedRecord, b: CoalescedRecord): CoalescedRecord => ({
    fields: joinFields(a.fields, b.fields, positive, a.rest, b.rest),
    rest: a.rest && b.rest ? merge(a.rest, b.rest, positive) : positive ? null : (a.rest ?? b.rest),
  });
}

/** Literals and names: a literal says nothing beside its type; as uses, literals say all. */
function joinNames(
  a: Coalesced,
  b: Coalesced,
  positive: boolean,
): Pick<Coalesced, "names" | "literals"> {
  const names = joined(a.names, b.names, (x, y) => new Map([...x, ...y]));
  const all = joined(a.literals, b.literals, (x, y) => joinMaps(x, y, (first) => first));
  if (!all?.size) return { names, literals: null };
  if (!positive) return { names: null, literals: all };
  const types = [...(names ?? [])].flatMap(([name, generic]) => (generic ? [] : [name]));
  const literals = [...all].filter(([, value]) => !types.some((name) => isValueOf(value, name)));
  if (!all.has("true") || !all.has("false")) return { names, literals: new Map(literals) };
  const others = literals.filter(([, value]) => typeof value !== "boolean");
  return { names: new Map(names).set("Boolean", false), literals: new Map(others) };
}

function joinLists(positive: boolean) {
  return (a: readonly Coalesced[], b: readonly Coalesced[]): Coalesced[] =>
    a.slice(0, b.length).map((each, i) => merge(each, b[i]!, positive));
}

/** The union of two types (as values), or their intersection (as uses). */
export function merge(a: Coalesced, b: Coalesced, positive: boolean): Coalesced {
  const lists = joinLists(positive);
  const { names, literals } = joinNames(a, b, positive);
  return {
    any: positive ? a.any || b.any : a.any && b.any,
    never: positive ? a.never && b.never : a.never || b.never,
    poisoned: positive ? a.poisoned && b.poisoned : a.poisoned || b.poisoned,
    variables: joined(a.variables, b.variables, (x, y) => new Set([...x, ...y])),
    overloads: joined(a.overloads, b.overloads, (x, y) => new Map([...x, ...y])),
    literals,
    names,
    constructed: joined(a.constructed, b.constructed, (x, y) => joinMaps(x, y, lists)),
    functions: joined(a.functions, b.functions, (x, y) => joinMaps(x, y, joinFunctions(positive))),
    access: joined(a.access, b.access, joinFunctions(positive)),
    projection: joined(a.projection, b.projection, (x, y) => ({
      by: merge(x.by, y.by, !positive),
      result: merge(x.result, y.result, positive),
    })),
    record: joined(a.record, b.record, joinRecords(positive)),
    open: joined(a.open, b.open, (x, y) => joinFields(x, y, positive, null, null)),
    tuples: joined(a.tuples, b.tuples, (x, y) => joinMaps(x, y, lists)),
    differences: joined(a.differences, b.differences, (x, y) => [...x, ...y]),
    isClosed: a.isClosed && b.isClosed,
    key: null,
    asValue: null,
    asUse: null,
  };
}
