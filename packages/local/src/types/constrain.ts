import type { Span } from "../fql/source";
import type { Diagnostic } from "../fql/summary";
import { anneal, arityOf, freeAlts } from "./anneal";
import { BASE, fail, link, type Alt, type AltGroup, type Undo } from "./alternatives";
import { CheckRun } from "./check-run";
import * as tree from "./check-tree";
import type { Check } from "./check-tree";
import { extrudeAlt, Extrusion, instantiate } from "./copies";
import type { Environment, Shape } from "./environment";
import { fitsPlainly } from "./plain-unions";
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

/** One check of a value against a use: variables get bounds, and lose them again if it fails. */
export class Constraint {
  readonly #variables = new Map<Variable, VariableState>();
  readonly #groups: Undo = new Map();
  /** What variables have met: as values the uses, as uses the values. */
  readonly #metAsValues = new Map<Variable, Set<string>>();
  readonly #metAsUses = new Map<Variable, Set<string>>();
  readonly #schemes = new Map<string, Type>();
  readonly #choices = new Map<string, AltGroup>();
  /** Ids of unions that were plain so far. */
  readonly #reserved = new Map<string, number>();

  constructor(
    readonly solver: Solver,
    readonly level: number,
    readonly site: Span,
  ) {}

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
    const { source, start, end } = type.span;
    const key = `${keyOf(scheme.type)} ${source.name} ${start} ${end} ${from.id} ${to.id} ${side}`;
    let found = this.#schemes.get(key);
    if (!found) {
      const args = shape.params.map((name, i) => [name, type.args[i]!] as const);
      found = instantiate(this.supply, scheme, this.level, args);
      this.#schemes.set(key, found);
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
    const chosen = this.#chosen(pair);
    return chosen === undefined ? checkStructure(this, pair) : chosen;
  }

  /** Whether this pair, of which one is a variable, has been met before. */
  #isMet({ value, from, use, to }: Pair): boolean {
    const variable = use.kind === "var" ? use : (value as Variable);
    const other = keyOf(variable === use ? value : use);
    const known = variable === use ? this.#metAsUses : this.#metAsValues;
    const key = from === BASE && to === BASE ? other : `${other} ${from.id} ${to.id}`;
    const met = known.get(variable);
    if (!met) known.set(variable, new Set([key]));
    else if (met.has(key)) return true;
    else met.add(key);
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
      const isPlain = this.supply.isQuick && from === BASE && to === BASE;
      if (isPlain && fitsPlainly(value, use, this.environment)) return this.#passOver(use);
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
    const known = this.#choices.get(key);
    if (known) return known;
    const reserved = this.#reserved.get(key);
    const group =
      reserved === undefined
        ? this.supply.group(members.length, exclusive, this.level, parent.isBase ? null : parent)
        : this.supply.group(members.length, false, this.level, null, reserved);
    this.#choices.set(key, group);
    return group;
  }

  /** Leaves a choice of uses as it is; should it be opened later, it is the same one. */
  #passOver({ members }: Members): Check {
    const key = choiceKey(members);
    if (!this.#choices.has(key) && !this.#reserved.has(key))
      this.#reserved.set(key, this.supply.reserve());
    return tree.HOLDS;
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
