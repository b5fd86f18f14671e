import type { LiteralValue, Variable } from "./type";
import { isValueOf } from "./structure";

/** A parameter with its name, if it has one. */
export interface CoalescedParam {
  readonly name: string | undefined;
  readonly type: Coalesced;
}
export interface CoalescedFunction {
  readonly params: readonly CoalescedParam[];
  readonly rest: CoalescedParam | null;
  readonly result: Coalesced;
}

/** A type as the union (of values) or intersection (of uses) of what it is made of, each kind with its own rules. */
export interface Coalesced {
  readonly any?: boolean;
  readonly never?: boolean;
  readonly poisoned?: boolean;
  readonly variables?: ReadonlySet<Variable>;
  readonly overloads?: ReadonlyMap<string, Coalesced>;
  readonly literals?: ReadonlyMap<string, LiteralValue>;
  /** Names without arguments, and whether each is the parameter of a signature. */
  readonly names?: ReadonlyMap<string, boolean>;
  readonly constructed?: ReadonlyMap<string, readonly Coalesced[]>;
  /** By the number of parameters. */
  readonly functions?: ReadonlyMap<string, CoalescedFunction>;
  readonly access?: CoalescedFunction;
  readonly projection?: { readonly by: Coalesced; readonly result: Coalesced };
  readonly record?: {
    readonly fields: ReadonlyMap<string, Coalesced>;
    readonly rest: Coalesced | null;
  };
  readonly open?: ReadonlyMap<string, Coalesced>;
  readonly tuples?: ReadonlyMap<number, readonly Coalesced[]>;
  readonly differences?: readonly { readonly of: Coalesced; readonly minus: Coalesced }[];
}

/**
 * The type with its parts replaced; `positive` says whether a part is a value. On the server the rest of the parameters
 * counts as one where bounds are collected, and as a use where they are compared.
 */
export function mapCoalesced(
  type: Coalesced,
  positive: boolean,
  change: (part: Coalesced, positive: boolean) => Coalesced,
  restPositive: boolean = positive,
): Coalesced {
  const same = (part: Coalesced): Coalesced => change(part, positive);
  const flipped = (part: Coalesced): Coalesced => change(part, !positive);
  const param =
    (by: (part: Coalesced) => Coalesced) =>
    (one: CoalescedParam): CoalescedParam => ({ ...one, type: by(one.type) });
  const fn = ({ params, rest, result }: CoalescedFunction): CoalescedFunction => ({
    params: params.map(param(flipped)),
    rest: rest && param((part) => change(part, restPositive))(rest),
    result: same(result),
  });
  const map = <K>(all: ReadonlyMap<K, Coalesced>): Map<K, Coalesced> =>
    new Map([...all].map(([key, each]) => [key, same(each)]));
  const lists = <K>(all: ReadonlyMap<K, readonly Coalesced[]>): Map<K, Coalesced[]> =>
    new Map([...all].map(([key, each]) => [key, each.map(same)]));
  const { overloads, constructed, functions, access, projection, record, open, tuples } = type;
  return {
    ...type,
    ...(overloads && { overloads: map(overloads) }),
    ...(constructed && { constructed: lists(constructed) }),
    ...(functions && { functions: new Map([...functions].map(([key, each]) => [key, fn(each)])) }),
    ...(access && { access: fn(access) }),
    ...(projection && {
      projection: { by: flipped(projection.by), result: same(projection.result) },
    }),
    ...(record && {
      record: { fields: map(record.fields), rest: record.rest && same(record.rest) },
    }),
    ...(open && { open: map(open) }),
    ...(tuples && { tuples: lists(tuples) }),
    ...(type.differences && {
      differences: type.differences.map(({ of, minus }) => ({ of: same(of), minus: same(minus) })),
    }),
  };
}

/** Equal types have equal keys. */
export function coalescedKey(type: Coalesced): string {
  const key = coalescedKey;
  const list = (types: readonly Coalesced[]): string => types.map(key).join(",");
  const map = (all: ReadonlyMap<unknown, Coalesced> | undefined): string =>
    all ? [...all].map(([name, each]) => `${String(name)}:${key(each)}`).join(",") : "";
  const lists = (all: ReadonlyMap<unknown, readonly Coalesced[]> | undefined): string =>
    all ? [...all].map(([name, each]) => `${String(name)}<${list(each)}>`).join(",") : "";
  const fn = ({ params, rest, result }: CoalescedFunction): string =>
    `(${list(params.map((p) => p.type))}${rest ? `...${key(rest.type)}` : ""})=>${key(result)}`;
  return [
    type.any ? "any" : "",
    type.never ? "never" : "",
    type.poisoned ? "?" : "",
    [...(type.variables ?? [])].map((each) => each.key).join(","),
    map(type.overloads),
    [...(type.literals?.keys() ?? [])].join(","),
    [...(type.names?.keys() ?? [])].join(","),
    lists(type.constructed),
    [...(type.functions?.values() ?? [])].map(fn).join(","),
    type.access ? fn(type.access) : "",
    type.projection ? list([type.projection.by, type.projection.result]) : "",
    type.record
      ? `${map(type.record.fields)}*${type.record.rest ? key(type.record.rest) : ""}`
      : "",
    map(type.open),
    lists(type.tuples),
    (type.differences ?? []).map(({ of, minus }) => list([of, minus])).join(";"),
  ].join("|");
}

/** Both of two things, joined; or the one that is there. */
function joined<T>(
  a: T | undefined | null,
  b: T | undefined | null,
  join: (a: T, b: T) => T,
): T | undefined {
  return (a && b ? join(a, b) : (a ?? b)) ?? undefined;
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
  type Of = NonNullable<Coalesced["record"]>;
  return (a: Of, b: Of): Of => ({
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
  const names = new Map([...(a.names ?? []), ...(b.names ?? [])]);
  const all = new Map(a.literals);
  for (const [key, value] of b.literals ?? []) if (!all.has(key)) all.set(key, value);
  if (!positive) return { literals: all, names: all.size ? new Map() : names };
  const types = [...names].flatMap(([name, generic]) => (generic ? [] : [name]));
  const literals = [...all].filter(([, value]) => !types.some((name) => isValueOf(value, name)));
  if (!all.has("true") || !all.has("false")) return { names, literals: new Map(literals) };
  const others = literals.filter(([, value]) => typeof value !== "boolean");
  return { names: names.set("Boolean", false), literals: new Map(others) };
}

/** The union of two types (as values), or their intersection (as uses). */
export function merge(a: Coalesced, b: Coalesced, positive: boolean): Coalesced {
  const both = (first = false, second = false, either: boolean): boolean =>
    either ? first || second : first && second;
  const lists = (x: readonly Coalesced[], y: readonly Coalesced[]): Coalesced[] =>
    x.slice(0, y.length).map((each, i) => merge(each, y[i]!, positive));
  const parts: { [K in keyof Coalesced]: Coalesced[K] | undefined } = {
    any: both(a.any, b.any, positive),
    never: both(a.never, b.never, !positive),
    poisoned: both(a.poisoned, b.poisoned, !positive),
    variables: joined(a.variables, b.variables, (x, y) => new Set([...x, ...y])),
    overloads: joined(a.overloads, b.overloads, (x, y) => new Map([...x, ...y])),
    ...joinNames(a, b, positive),
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
  };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}
