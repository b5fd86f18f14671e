import { NO_SPAN } from "../fql/source";
import {
  coalescedKey,
  mapCoalesced,
  NOTHING,
  type Coalesced,
  type CoalescedParam,
} from "./coalesced";
import { merge } from "./merge";
import type { Solver } from "./constrain";
import { instantiate } from "./copies";
import { CLOSED, keyOf, literalKey, mapParts, type Param, type Type, type Variable } from "./type";

/** What a type comes to: what it is made of, and what its variables that refer to themselves are. */
export interface Canonical {
  readonly type: Coalesced;
  readonly recursive: ReadonlyMap<Variable, Coalesced>;
  /** What a name with arguments stands for. */
  readonly alias: (name: string, positive: boolean) => Coalesced | undefined;
}

/** What closed types come to, as values and as uses: types of a schema are met in many texts. */
const KNOWN = { values: new WeakMap<Type, Coalesced>(), uses: new WeakMap<Type, Coalesced>() };

/** What a type is made of; of its variables just which they are. */
export function coalesced(type: Type, positive: boolean): Coalesced {
  if (type.kind === "var") return flattened(type, positive);
  if (type.level !== CLOSED || (type.kind === "named" && !type.args.length))
    return made(type, positive);
  const known = positive ? KNOWN.values : KNOWN.uses;
  let found = known.get(type);
  if (!found) known.set(type, (found = made(type, positive)));
  return found;
}

function made(type: Exclude<Type, Variable>, positive: boolean): Coalesced {
  const isClosed = type.level === CLOSED;
  const same = (part: Type): Coalesced => coalesced(part, positive);
  const param = ({ name, type: of }: Param): CoalescedParam => ({
    name,
    type: coalesced(of, !positive),
  });
  switch (type.kind) {
    case "literal": {
      const literals = new Map([[literalKey(type.value), type.value]]);
      return { ...NOTHING, literals, isClosed };
    }
    case "field":
      return { ...NOTHING, open: new Map([[type.name, same(type.type)]]), isClosed };
    case "record": {
      const fields = new Map<string, Coalesced>();
      for (const [name, field] of type.fields) fields.set(name, same(field));
      return { ...NOTHING, record: { fields, rest: type.rest && same(type.rest) }, isClosed };
    }
    case "tuple": {
      const tuples = new Map([[type.items.length, type.items.map(same)]]);
      return { ...NOTHING, tuples, isClosed };
    }
    case "projection": {
      const by = coalesced(type.by, !positive);
      return { ...NOTHING, projection: { by, result: same(type.result) }, isClosed };
    }
    case "function": {
      const { params, rest, result } = type;
      // As on the server, the rest of the parameters counts as a result.
      const more = rest && { name: rest.name, type: same(rest.type) };
      const fn = { params: params.map(param), rest: more, result: same(result) };
      const functions = new Map([[`${params.length}${rest ? "+" : ""}`, fn]]);
      return { ...NOTHING, functions, isClosed };
    }
    case "call":
    case "access": {
      const params = type.args.map((arg) => param({ type: arg }));
      const fn = { params, rest: null, result: same(type.result) };
      if (type.kind === "access") return { ...NOTHING, access: fn, isClosed };
      return { ...NOTHING, functions: new Map([[String(params.length), fn]]), isClosed };
    }
    case "overload": {
      const overloads = new Map(type.variants.map(([alt, each]) => [alt.id, same(each)]));
      return { ...NOTHING, overloads, isClosed };
    }
    case "union":
    case "intersection": {
      if ((type.kind === "intersection") !== positive)
        return type.members.map(same).reduce((a, b) => merge(a, b, positive));
      const overloads = new Map(type.members.map((each) => [keyOf(each), same(each)]));
      return { ...NOTHING, overloads, isClosed };
    }
    case "without":
    case "guard":
      return {
        ...NOTHING,
        differences: [{ of: same(type.of), minus: same(type.minus) }],
        isClosed,
      };
    case "any":
      return { ...NOTHING, any: positive };
    case "never":
      return { ...NOTHING, never: !positive };
    case "skolem":
      return { ...NOTHING, names: new Map([[type.name, true]]) };
    case "named":
      return type.args.length
        ? { ...NOTHING, constructed: new Map([[type.name, type.args.map(same)]]), isClosed }
        : { ...NOTHING, names: new Map([[type.name, false]]) };
  }
}

/** A variable with all that flow into it (as a value) or that it flows into (as a use). */
function flattened(variable: Variable, positive: boolean): Coalesced {
  const variables = new Set<Variable>();
  const open = [variable];
  let poisoned = false;
  for (let each = open.pop(); each; each = open.pop()) {
    if (variables.has(each)) continue;
    variables.add(each);
    poisoned ||= each.poisoned;
    for (const { type, alt } of positive ? each.state.values : each.state.uses)
      if (type.kind === "var" && !alt.isPruned) open.push(type);
  }
  return { ...NOTHING, variables, poisoned, isClosed: false };
}

/** Collects what a type and the bounds of its variables are made of. */
class Bounds {
  readonly recursive = new Map<Variable, Coalesced>();
  readonly #loops = new Map<string, Variable>();
  readonly #pending = new Set<string>();
  /** The types that were collected, in their order; whether as values. */
  readonly #types: (readonly [type: Type, positive: boolean])[] = [];
  #aliases: Map<string, Coalesced> | null = null;

  constructor(readonly solver: Solver) {}

  of(type: Type, positive: boolean): Coalesced {
    return this.#bounded(this.#made(type, positive), positive);
  }

  #made(type: Type, positive: boolean): Coalesced {
    this.#types.push([type, positive]);
    return coalesced(type, positive);
  }

  /** With what is known of the variables; one that leads back to itself becomes a type of its own. */
  #bounded(type: Coalesced, positive: boolean): Coalesced {
    if (type.isClosed) return type;
    const key = `${positive ? "+" : "-"}${coalescedKey(type)}`;
    if (this.#pending.has(key)) {
      const loop = this.#loops.get(key) ?? this.solver.supply.variable(NO_SPAN, 0);
      this.#loops.set(key, loop);
      return standingFor(loop);
    }
    this.#pending.add(key);
    let all = type;
    for (const variable of type.variables ?? [])
      for (const bound of positive ? variable.state.values : variable.state.uses)
        if (bound.type.kind !== "var" && !bound.alt.isPruned)
          all = merge(all, this.#made(bound.type, positive), positive);
    const found = mapCoalesced(all, positive, (part, side) => this.#bounded(part, side));
    this.#pending.delete(key);
    const loop = this.#loops.get(key);
    if (!loop) return found;
    this.recursive.set(loop, found);
    return standingFor(loop);
  }

  /** As on the server, a name stands for what it does with the arguments that it was first met with. */
  alias(name: string, positive: boolean): Coalesced | undefined {
    if (!this.#aliases) {
      this.#aliases = new Map();
      for (const [type, isValue] of this.#types) this.#noteAliases(type, isValue, this.#aliases);
    }
    const found = this.#aliases.get(aliasKey(name, positive));
    return found && this.#bounded(found, positive);
  }

  #noteAliases(type: Type, positive: boolean, found: Map<string, Coalesced>): void {
    if (type.kind === "var") return;
    if (type.kind === "named") {
      const { params, alias } = this.solver.environment.shape(type.name) ?? {};
      const key = aliasKey(type.name, positive);
      if (params && alias && !found.has(key)) {
        const given = params.map((param, i) => [param, type.args[i]!] as const);
        const stands = instantiate(this.solver.supply, alias, 0, given);
        found.set(key, coalesced(stands, positive));
        this.#noteAliases(stands, positive, found);
      }
    }
    mapParts(type, (part, flip) => {
      this.#noteAliases(part, positive !== flip, found);
      return part;
    });
  }
}

function aliasKey(name: string, positive: boolean): string {
  return `${positive ? "+" : "-"}${name}`;
}

function standingFor(loop: Variable): Coalesced {
  return { ...NOTHING, variables: new Set([loop]), isClosed: false };
}

/** What a type comes to as a value, or as a use. */
export function canonical(solver: Solver, type: Type, positive: boolean): Canonical {
  const bounds = new Bounds(solver);
  return {
    type: bounds.of(type, positive),
    recursive: bounds.recursive,
    alias: (name, side) => bounds.alias(name, side),
  };
}
