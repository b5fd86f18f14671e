import type { Span } from "../fql/source";
import type { Diagnostic } from "../fql/summary";
import { anneal, arityOf, freeAlts } from "./anneal";
import { BASE, fail, link, type Alt, type AltGroup, type Undo } from "./alternatives";
import { CheckRun } from "./check-run";
import * as tree from "./check-tree";
import type { Check } from "./check-tree";
import { extrudeAlt, Extrusion, instantiate } from "./copies";
import type { Environment, Shape } from "./environment";
import { fitsPlainly, isPlain, isValue } from "./plain-unions";
import { report, typeError, type Failure } from "./failures";
import { show } from "./show";
import { checkStructure } from "./structure";
import type { Supply } from "./supply";
import {
  hasSkolem,
  keyOf,
  without,
  type Members,
  type Named,
  type Scheme,
  type Type,
  type Variable,
  type VariableState,
} from "./type";

/** What checks have in common: names, and where variables come from. */
export interface Solver {
  readonly environment: Environment;
  readonly supply: Supply;
  /** Counts a step; throws {@link TooComplexError} when there are too many. */
  step(): void;
}

/** The check takes too long; the text is accepted. */
export class TooComplexError extends Error {
  override readonly name = "TooComplexError";
}

function choiceKey(members: readonly Type[]): string {
  return members.map(keyOf).join(" ");
}

/** A value with its alternative, and a use with its. */
export interface Pair {
  readonly value: Type;
  readonly from: Alt;
  readonly use: Type;
  readonly to: Alt;
}

/** What a variable has met, by its keys; the first has none until there is a second. */
class Met {
  #keys: Set<string> | null = null;

  constructor(
    readonly type: Type,
    readonly from: Alt,
    readonly to: Alt,
  ) {}

  /** Whether it is new. */
  add(type: Type, from: Alt, to: Alt): boolean {
    const keys = (this.#keys ??= new Set([metKey(this.type, this.from, this.to)]));
    const { size } = keys;
    return keys.add(metKey(type, from, to)).size > size;
  }
}

function metKey(type: Type, from: Alt, to: Alt): string {
  return from === BASE && to === BASE ? keyOf(type) : `${keyOf(type)} ${from.id} ${to.id}`;
}

/** One check of a value against a use: variables get bounds, and lose them again if it fails. */
export class Constraint {
  readonly #variables = new Map<Variable, VariableState>();
  readonly #groups: Undo = new Map();
  /** What variables have met: as values the uses, as uses the values. */
  readonly #metAsValues = new Map<Variable, Met>();
  readonly #metAsUses = new Map<Variable, Met>();
  /** Made when they are first needed, as most checks need none of them. */
  #schemes: Map<string, Type> | null = null;
  #choices: Map<string, AltGroup> | null = null;
  /** Unions that were plain so far, and their ids. */
  #plain: Set<Members> | null = null;
  #reserved: Map<string, number> | null = null;
  /** The id that was reserved for the first choice. */
  #first: number | undefined;

  constructor(
    readonly solver: Solver,
    readonly level: number,
    readonly site: Span,
    choice?: number,
  ) {
    this.#first = choice;
  }

  get environment(): Environment {
    return this.solver.environment;
  }
  get supply(): Supply {
    return this.solver.supply;
  }

  /** Runs the check and returns what to report. `scope` has the variables that the expression can see. */
  run(value: Type, use: Type, scope: Iterable<Scheme>): Diagnostic[] {
    const check = this.check({ value, from: BASE, use, to: BASE });
    if (tree.isCertain(check)) return [];
    const run = new CheckRun(check);
    run.decide();
    if (!run.hasFailed) return [];
    for (const [variable, state] of this.#variables) variable.state = state;
    for (const [group, state] of this.#groups) group.state = state;
    const { failures, errors } = run.reasons();
    if (!failures.length) return errors;
    const free = freeAlts(scope);
    const display = (positive: boolean) => (type: Type) =>
      show(
        this.solver,
        anneal(this.supply, type, positive, 0, () => free),
        positive,
      );
    const told = report(value, use, this.site, failures, {
      value: display(true),
      use: display(false),
    });
    return [...errors, told];
  }

  variable(span: Span): Variable {
    return this.supply.variable(span, this.level);
  }

  /** Keeps the bounds of a variable even if the check fails. */
  keep(variable: Variable): void {
    this.#variables.delete(variable);
  }

  shape(type: Type): Shape | undefined {
    return type.kind === "named" ? this.environment.shape(type.name) : undefined;
  }

  /**
   * A signature of a named type with the arguments of its name. As on the server, what has the same signature and
   * stands at the same place shares it, with the arguments of the first.
   */
  signature({ from, to }: Pair, type: Named, shape: Shape, scheme: Scheme, side: "+" | "-"): Type {
    if (!scheme.generic) return scheme.type;
    const { source, start, end } = type.span;
    const key = `${keyOf(scheme.type)} ${source.name} ${start} ${end} ${from.id} ${to.id} ${side}`;
    const schemes = (this.#schemes ??= new Map<string, Type>());
    let found = schemes.get(key);
    if (!found) {
      const args = shape.params.map((name, i) => [name, type.args[i]!] as const);
      found = instantiate(this.supply, scheme, this.level, args);
      schemes.set(key, found);
    }
    return found;
  }

  failed(pair: Pair, failure: Failure): Check {
    const { value, from, to } = pair;
    if (from !== to) {
      link(from, to, this.#groups);
      fail(from, to, keyOf(value), this.#groups);
    }
    return tree.failed(pair, [failure]);
  }
  ok({ value, from, use, to }: Pair): Check {
    if (from !== to) link(from, to, this.#groups);
    return tree.ok(value, from, use, to);
  }
  sub(pair: Pair, check: Check | null): Check {
    return check ? tree.sub(pair.value, pair.from, pair.use, pair.to, check) : this.ok(pair);
  }

  /** The check of one pair; null if there is nothing to check. */
  check(pair: Pair): Check | null {
    this.solver.step();
    const { value, from, use, to } = pair;
    if (value === use) return this.ok(pair);
    if (from !== to && from.whole === to.whole) return null;
    if ((value.kind === "var" || use.kind === "var") && this.#isMet(pair)) return null;
    if (use.kind === "var" && value.level <= use.level) return this.#flowIn(pair, use);
    if (value.kind === "var" && use.level <= value.level) return this.#flowOut(pair, value);
    if (use.kind === "var") {
      const extruded = new Extrusion(this.supply, use.level).of(value, true);
      return this.check({ ...pair, value: extruded });
    }
    if (value.kind === "var") {
      if (hasSkolem(use)) return this.#escaped(pair);
      const extruded = new Extrusion(this.supply, value.level).of(use, false);
      return this.check({ ...pair, use: extruded });
    }
    if (value.kind === "record" && use.kind === "field") {
      const field = value.fields.get(use.name);
      if (field) return this.sub(pair, this.check({ value: field, from, use: use.type, to }));
    }
    const chosen = this.#chosen(pair);
    return chosen === undefined ? checkStructure(this, pair) : chosen;
  }

  /** Whether this pair, of which one is a variable, has been met before. */
  #isMet({ value, from, use, to }: Pair): boolean {
    const isUse = use.kind === "var";
    const variable = isUse ? use : (value as Variable);
    const other = isUse ? value : use;
    const all = isUse ? this.#metAsUses : this.#metAsValues;
    const met = all.get(variable);
    if (met) return !met.add(other, from, to);
    all.set(variable, new Met(other, from, to));
    return false;
  }

  /** A value flows into a variable, and so to where that flows. */
  #flowIn(pair: Pair, use: Variable): Check | null {
    const { value } = pair;
    if (value.kind === "union") return this.#eachValue(pair, value);
    const from = extrudeAlt(this.supply, pair.from, use.level);
    this.#save(use);
    use.addValue(value, from);
    for (const bound of use.state.uses)
      if (!bound.alt.isPruned)
        this.#note(use, this.check({ value, from, use: bound.type, to: bound.alt }));
    return tree.ofVariable(use);
  }

  #flowOut(pair: Pair, value: Variable): Check | null {
    const { use } = pair;
    if (use.kind === "intersection") return this.#eachUse(pair, use);
    const to = extrudeAlt(this.supply, pair.to, value.level);
    this.#save(value);
    value.addUse(use, to);
    for (const bound of value.state.values)
      if (!bound.alt.isPruned)
        this.#note(value, this.check({ value: bound.type, from: bound.alt, use, to }));
    return tree.ofVariable(value);
  }

  #save(variable: Variable): void {
    if (!this.#variables.has(variable)) this.#variables.set(variable, variable.state);
  }
  #note(variable: Variable, check: Check | null): void {
    const known = variable.state.check;
    const both = check && tree.both(known, check);
    if (both && both !== known) variable.update({ check: both });
  }

  #escaped(pair: Pair): Check {
    const { value, use } = pair;
    const error = typeError(
      `Value cannot be constrained by inner generic type \`${show(this.solver, use, false)}\``,
      this.site,
      [
        { label: "hint", message: "Generic type definition", span: use.span },
        { label: "hint", message: "Outer value originates here", span: value.span },
      ],
    );
    return tree.failed(pair, [], [error]);
  }

  #eachValue(pair: Pair, value: Members): Check | null {
    return tree.each(value.members.map((member) => this.check({ ...pair, value: member })));
  }
  #eachUse(pair: Pair, use: Members): Check | null {
    return tree.each(use.members.map((member) => this.check({ ...pair, use: member })));
  }

  /** Unions and intersections, overloads, and null taken away; undefined if the pair has none of them. */
  #chosen(pair: Pair): Check | null | undefined {
    const { value, use, from, to } = pair;
    if (value.kind === "union") return this.#eachValue(pair, value);
    if (use.kind === "intersection") return this.#eachUse(pair, use);
    if (value.kind === "overload")
      return tree.each(
        value.variants.map(([alt, type]) => this.check({ ...pair, value: type, from: alt })),
      );
    if (value.kind === "intersection") {
      const group = this.#choice(value, arityOf(value) > 1, from);
      const checks = value.members.map((type, i) =>
        this.check({ ...pair, value: type, from: group.alts[i]! }),
      );
      // What is known of the group stays, whatever comes of the check.
      this.#groups.delete(group);
      return tree.each(checks);
    }
    if (use.kind === "overload")
      return tree.each(
        use.variants.map(([alt, type]) => this.check({ ...pair, use: type, to: alt })),
      );
    if (use.kind === "union") {
      if (this.supply.isQuick && from === BASE && to === BASE && this.#isPlain(value, use))
        return tree.HOLDS;
      const group = this.#choice(use, false, to);
      const checks = use.members.map((type, i) =>
        this.check({ ...pair, use: type, to: group.alts[i]! }),
      );
      this.#groups.delete(group);
      return tree.each(checks);
    }
    if (value.kind === "without")
      return this.sub(
        pair,
        this.check({ ...pair, value: value.of, use: without("guard", use, value.minus) }),
      );
    if (use.kind !== "guard") return undefined;
    const left = this.#subtract(pair, value, use.minus);
    const checks = (left ?? [value]).map((type) =>
      this.check({ ...pair, value: type, use: use.of }),
    );
    return this.sub(pair, left ? tree.all(checks) : checks[0]!);
  }

  #choice({ members }: Members, exclusive: boolean, parent: Alt): AltGroup {
    const key = choiceKey(members);
    const choices = (this.#choices ??= new Map<string, AltGroup>());
    const known = choices.get(key);
    if (known) return known;
    const reserved = this.#reserved?.get(key);
    const group =
      reserved === undefined
        ? this.#newGroup(members.length, exclusive, parent.isBase ? null : parent)
        : this.supply.group(members.length, false, this.level, null, reserved);
    choices.set(key, group);
    return group;
  }

  #newGroup(size: number, exclusive: boolean, parent: Alt | null): AltGroup {
    const id = this.#first;
    this.#first = undefined;
    return this.supply.group(size, exclusive, this.level, parent, id);
  }

  /** Whether a choice of uses can be left as it is; should it be opened later, it has the same id. */
  #isPlain(value: Type, use: Members): boolean {
    const plain = (this.#plain ??= new Set());
    if (plain.has(use))
      return isPlain(value, this.environment) && use.members.some((each) => isValue(value, each));
    if (!fitsPlainly(value, use, this.environment)) return false;
    plain.add(use);
    const key = choiceKey(use.members);
    const reserved = (this.#reserved ??= new Map<string, number>());
    if (!this.#choices?.has(key) && !reserved.has(key)) reserved.set(key, this.supply.reserve());
    return true;
  }

  /** What is left of a value without another type; null if that is not in it. */
  #subtract(pair: Pair, value: Type, minus: Named): Type[] | null {
    if (keyOf(value) === keyOf(minus)) return [];
    const alias = this.shape(value)?.alias;
    if (alias) {
      const named = value as Named;
      const stands = this.signature(pair, named, this.shape(value)!, alias, "+");
      return this.#subtract(pair, stands, minus);
    }
    if (value.kind === "intersection")
      return value.members.every((member) => this.#subtract(pair, member, minus)?.length === 0)
        ? []
        : null;
    if (value.kind !== "union") return null;
    const parts = value.members.map((member) => this.#subtract(pair, member, minus));
    if (parts.every((part) => part === null)) return null;
    return parts.flatMap((part, i) => part ?? [value.members[i]!]);
  }
}
