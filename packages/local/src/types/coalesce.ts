import { NO_SPAN } from "../fql/source";
import {
  coalescedKey,
  mapCoalesced,
  merge,
  type Coalesced,
  type CoalescedParam,
} from "./coalesced";
import type { Solver } from "./constrain";
import { instantiate } from "./copies";
import { literalKey, type Variable, type Param, type Type } from "./type";

/** What a type comes to: what it is made of, what its variables that refer to themselves are, and names' meanings. */
export interface Canonical {
  readonly type: Coalesced;
  readonly recursive: Map<Variable, Coalesced>;
  /** What names stand for, by name and side; only where something is taken away from a type. */
  readonly aliases: ReadonlyMap<string, Coalesced>;
}

export function aliasKey(name: string, positive: boolean): string {
  return `${positive ? "+" : "-"}${name}`;
}

/** Collects what a type and the bounds of its variables are made of. */
class Coalescing {
  readonly #recursive = new Map<Variable, Coalesced>();
  readonly #loops = new Map<string, Variable>();
  readonly #aliases = new Map<string, Coalesced>();
  hasDifference = false;

  constructor(
    readonly solver: Solver,
    readonly withAliases: boolean,
  ) {}

  canonical(type: Type, positive: boolean): Canonical {
    const found = this.#bounded(this.#of(type, positive), positive, new Set());
    const aliases = new Map(
      [...this.#aliases].map(([key, each]) => [key, this.#bounded(each, positive, new Set())]),
    );
    return { type: found, recursive: this.#recursive, aliases };
  }

  /** With what is known of the variables; one that leads back to itself becomes a type of its own. */
  #bounded(type: Coalesced, positive: boolean, pending: ReadonlySet<string>): Coalesced {
    const key = `${positive ? "+" : "-"}${coalescedKey(type)}`;
    if (pending.has(key)) {
      const loop = this.#loops.get(key) ?? this.solver.supply.variable(NO_SPAN, 0);
      this.#loops.set(key, loop);
      return { variables: new Set([loop]) };
    }
    let all = type;
    for (const variable of type.variables ?? [])
      for (const bound of positive ? variable.values : variable.uses)
        if (bound.type.kind !== "var") all = merge(all, this.#of(bound.type, positive), positive);
    const inner = new Set(pending).add(key);
    const found = mapCoalesced(all, positive, (part, side) => this.#bounded(part, side, inner));
    const loop = this.#loops.get(key);
    if (!loop) return found;
    this.#recursive.set(loop, found);
    return { variables: new Set([loop]) };
  }

  #of(type: Type, positive: boolean): Coalesced {
    const same = (part: Type): Coalesced => this.#of(part, positive);
    const param = ({ name, type: of }: Param): CoalescedParam => ({
      name,
      type: this.#of(of, !positive),
    });
    switch (type.kind) {
      case "literal":
        return { literals: new Map([[literalKey(type.value), type.value]]) };
      case "field":
        return { open: new Map([[type.name, same(type.type)]]) };
      case "record": {
        const fields = new Map([...type.fields].map(([name, field]) => [name, same(field)]));
        return { record: { fields, rest: type.rest && same(type.rest) } };
      }
      case "tuple":
        return { tuples: new Map([[type.items.length, type.items.map(same)]]) };
      case "projection":
        return { projection: { by: this.#of(type.by, !positive), result: same(type.result) } };
      case "function": {
        const { params, rest, result } = type;
        // As on the server, the rest of the parameters counts as a result.
        const more = rest && { name: rest.name, type: same(rest.type) };
        const fn = { params: params.map(param), rest: more, result: same(result) };
        return { functions: new Map([[`${params.length}${rest ? "+" : ""}`, fn]]) };
      }
      case "call":
      case "access": {
        const params = type.args.map((arg) => param({ type: arg }));
        const fn = { params, rest: null, result: same(type.result) };
        return type.kind === "call"
          ? { functions: new Map([[String(params.length), fn]]) }
          : { access: fn };
      }
      case "overload":
        return { overloads: new Map(type.variants.map(([alt, each]) => [alt.id, same(each)])) };
      case "union":
      case "intersection":
        return this.#members(type, positive);
      case "without":
      case "guard":
        this.hasDifference = true;
        return { differences: [{ of: same(type.of), minus: same(type.minus) }] };
      case "any":
        return positive ? { any: true } : {};
      case "never":
        return positive ? {} : { never: true };
      case "skolem":
        return { names: new Map([[type.name, true]]) };
      case "named":
        return this.#named(type, positive);
      case "var":
        return flattened(type, positive);
    }
  }

  #members(type: Extract<Type, { kind: "union" | "intersection" }>, positive: boolean): Coalesced {
    const all = type.members.map((member) => this.#of(member, positive));
    if ((type.kind === "intersection") !== positive)
      return all.reduce((a, b) => merge(a, b, positive));
    const { alts } = this.solver.supply.group(all.length, false, 0);
    return { overloads: new Map(all.map((each, i) => [alts[i]!.id, each])) };
  }

  #named(type: Extract<Type, { kind: "named" }>, positive: boolean): Coalesced {
    const { name, args } = type;
    const shape = this.withAliases ? this.solver.environment.shape(name) : undefined;
    const key = aliasKey(name, positive);
    if (shape?.alias && !this.#aliases.has(key)) {
      // What refers to itself is not followed again.
      this.#aliases.set(key, {});
      const given = shape.params.map((param, i) => [param, args[i]!] as const);
      const stands = instantiate(this.solver.supply, shape.alias, 0, given);
      this.#aliases.set(key, this.#of(stands, positive));
    }
    if (!args.length) return { names: new Map([[name, false]]) };
    return { constructed: new Map([[name, args.map((arg) => this.#of(arg, positive))]]) };
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
    for (const { type } of positive ? each.values : each.uses)
      if (type.kind === "var") open.push(type);
  }
  return { variables, poisoned };
}

/** What a type comes to as a value, or as a use. */
export function canonical(solver: Solver, type: Type, positive: boolean): Canonical {
  const coalescing = new Coalescing(solver, false);
  const found = coalescing.canonical(type, positive);
  return coalescing.hasDifference ? new Coalescing(solver, true).canonical(type, positive) : found;
}
