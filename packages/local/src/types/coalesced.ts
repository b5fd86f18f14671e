import type { TypeExpr } from "../fql/ast";
import type { LiteralValue, Variable } from "./type";

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
  readonly any: boolean;
  readonly never: boolean;
  readonly poisoned: boolean;
  readonly variables: ReadonlySet<Variable> | null;
  readonly overloads: ReadonlyMap<string, Coalesced> | null;
  readonly literals: ReadonlyMap<string, LiteralValue> | null;
  /** Names without arguments, and whether each is the parameter of a signature. */
  readonly names: ReadonlyMap<string, boolean> | null;
  readonly constructed: ReadonlyMap<string, readonly Coalesced[]> | null;
  /** By the number of parameters. */
  readonly functions: ReadonlyMap<string, CoalescedFunction> | null;
  readonly access: CoalescedFunction | null;
  readonly projection: { readonly by: Coalesced; readonly result: Coalesced } | null;
  readonly record: CoalescedRecord | null;
  readonly open: ReadonlyMap<string, Coalesced> | null;
  readonly tuples: ReadonlyMap<number, readonly Coalesced[]> | null;
  readonly differences: readonly Difference[] | null;
  /** It comes of a type without variables, choices and differences, so it is what it is wherever it stands. */
  readonly isClosed: boolean;
  /** See {@link coalescedKey}. */
  key: string | null;
  /** What is written for it as a value, and as a use, once that was asked for and if it is closed. */
  asValue: TypeExpr | null;
  asUse: TypeExpr | null;
}
export interface CoalescedRecord {
  readonly fields: ReadonlyMap<string, Coalesced>;
  readonly rest: Coalesced | null;
}
export interface Difference {
  readonly of: Coalesced;
  readonly minus: Coalesced;
}

/** Made of nothing; all others are this with something. */
export const NOTHING: Coalesced = {
  any: false,
  never: false,
  poisoned: false,
  variables: null,
  overloads: null,
  literals: null,
  names: null,
  constructed: null,
  functions: null,
  access: null,
  projection: null,
  record: null,
  open: null,
  tuples: null,
  differences: null,
  isClosed: true,
  key: null,
  asValue: null,
  asUse: null,
};

type Change = (part: Coalesced, positive: boolean) => Coalesced;

function mapMap<K>(
  all: ReadonlyMap<K, Coalesced>,
  positive: boolean,
  change: Change,
): Map<K, Coalesced> {
  const found = new Map<K, Coalesced>();
  for (const [key, each] of all) found.set(key, change(each, positive));
  return found;
}
function mapLists<K>(
  all: ReadonlyMap<K, readonly Coalesced[]>,
  positive: boolean,
  change: Change,
): Map<K, Coalesced[]> {
  const found = new Map<K, Coalesced[]>();
  for (const [key, each] of all)
    found.set(
      key,
      each.map((part) => change(part, positive)),
    );
  return found;
}
function mapParam(one: CoalescedParam, positive: boolean, change: Change): CoalescedParam {
  return { name: one.name, type: change(one.type, positive) };
}
function mapFunction(
  { params, rest, result }: CoalescedFunction,
  positive: boolean,
  change: Change,
  restPositive: boolean,
): CoalescedFunction {
  return {
    params: params.map((param) => mapParam(param, !positive, change)),
    rest: rest && mapParam(rest, restPositive, change),
    result: change(result, positive),
  };
}
function mapFunctions(
  all: ReadonlyMap<string, CoalescedFunction>,
  positive: boolean,
  change: Change,
  restPositive: boolean,
): Map<string, CoalescedFunction> {
  const found = new Map<string, CoalescedFunction>();
  for (const [key, each] of all) found.set(key, mapFunction(each, positive, change, restPositive));
  return found;
}

/** Whether a type is made of variables, names and literals alone. */
function isWithoutParts(type: Coalesced): boolean {
  return !(
    type.overloads ||
    type.constructed ||
    type.functions ||
    type.access ||
    type.projection ||
    type.record ||
    type.open ||
    type.tuples ||
    type.differences
  );
}

/**
 * The type with its parts replaced; `positive` says whether a part is a value. On the server the rest of the parameters
 * counts as one where bounds are collected, and as a use where they are compared.
 */
export function mapCoalesced(
  type: Coalesced,
  positive: boolean,
  change: Change,
  restPositive: boolean = positive,
): Coalesced {
  if (type.isClosed || isWithoutParts(type)) return type;
  const { overloads, constructed, functions, access, projection, record, open, tuples } = type;
  return {
    ...type,
    key: null,
    overloads: overloads && mapMap(overloads, positive, change),
    constructed: constructed && mapLists(constructed, positive, change),
    functions: functions && mapFunctions(functions, positive, change, restPositive),
    access: access && mapFunction(access, positive, change, restPositive),
    projection: projection && {
      by: change(projection.by, !positive),
      result: change(projection.result, positive),
    },
    record: record && {
      fields: mapMap(record.fields, positive, change),
      rest: record.rest && change(record.rest, positive),
    },
    open: open && mapMap(open, positive, change),
    tuples: tuples && mapLists(tuples, positive, change),
    differences:
      type.differences &&
      type.differences.map(({ of, minus }) => ({
        of: change(of, positive),
        minus: change(minus, positive),
      })),
  };
}

function keyOfList(types: readonly Coalesced[]): string {
  return types.map(coalescedKey).join(",");
}
function keyOfMap(all: ReadonlyMap<unknown, Coalesced>): string {
  let key = "";
  for (const [name, each] of all) key += `${String(name)}:${coalescedKey(each)},`;
  return key;
}
function keyOfLists(all: ReadonlyMap<unknown, readonly Coalesced[]>): string {
  let key = "";
  for (const [name, each] of all) key += `${String(name)}<${keyOfList(each)}>,`;
  return key;
}
function keyOfFunction({ params, rest, result }: CoalescedFunction): string {
  const more = rest ? `...${coalescedKey(rest.type)}` : "";
  return `(${keyOfList(params.map(({ type }) => type))}${more})=>${coalescedKey(result)}`;
}

function makeKey(type: Coalesced): string {
  let key = `${type.any ? "any" : ""}${type.never ? "never" : ""}${type.poisoned ? "?" : ""}`;
  for (const variable of type.variables ?? []) key += variable.key;
  if (type.overloads?.size) key += `|&${keyOfMap(type.overloads)}`;
  for (const literal of type.literals?.keys() ?? []) key += `|=${literal}`;
  for (const name of type.names?.keys() ?? []) key += `|${name}`;
  if (type.constructed) key += `|<${keyOfLists(type.constructed)}`;
  for (const each of type.functions?.values() ?? []) key += `|${keyOfFunction(each)}`;
  if (type.access) key += `|@${keyOfFunction(type.access)}`;
  if (type.projection) key += `|-${keyOfList([type.projection.by, type.projection.result])}`;
  if (type.record) {
    const { fields, rest } = type.record;
    key += `|{${keyOfMap(fields)}*${rest ? coalescedKey(rest) : ""}}`;
  }
  if (type.open) key += `|.${keyOfMap(type.open)}`;
  if (type.tuples) key += `|[${keyOfLists(type.tuples)}]`;
  for (const { of, minus } of type.differences ?? []) key += `|~${keyOfList([of, minus])}`;
  return `(${key})`;
}

/** Equal types have equal keys. */
export function coalescedKey(type: Coalesced): string {
  return (type.key ??= makeKey(type));
}
