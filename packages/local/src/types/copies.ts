import { BASE, link, type Alt, type AltGroup } from "./alternatives";
import type { Supply } from "./supply";
import {
  CLOSED,
  mapParts,
  overload,
  type Bound,
  type Scheme,
  type Type,
  type Variable,
} from "./type";

/** Which alternatives remain in a copy, as values (`+`) and as uses (`-`), and what becomes of them. */
export type AltFilter = ReadonlyMap<string, Alt>;

export function filterKey(alt: Alt, positive: boolean): string {
  return `${positive ? "+" : "-"}${alt.id}`;
}

/** A type anew: with other variables, and other alternatives, in the place of those above a level. */
export class Copy {
  readonly #variables = new Map<Variable, Variable>();
  readonly #alts = new Map<Alt, Alt>();

  constructor(
    readonly supply: Supply,
    /** What is at this level or below stays as it is. */
    readonly above: number,
    readonly level: number,
    readonly filter: AltFilter | null = null,
  ) {}

  of(type: Type, positive = true): Type {
    if (type.level <= this.above) return type;
    if (type.kind === "var") return this.#variable(type);
    if (type.kind !== "overload")
      return mapParts(type, (part, flip) => this.of(part, positive !== flip));
    return overload(
      type.variants.flatMap(([alt, variant]) => {
        const kept = this.#alt(alt, positive);
        return kept ? [[kept, this.of(variant, positive)] as const] : [];
      }),
    );
  }

  #variable(variable: Variable): Variable {
    const known = this.#variables.get(variable);
    if (known) return known;
    const copy = this.supply.variable(variable.span, this.level);
    this.#variables.set(variable, copy);
    const bounds = (all: readonly Bound[], positive: boolean): Bound[] =>
      all.flatMap(({ type, alt }) => {
        const kept = this.#alt(alt, positive);
        return kept ? [{ type: this.of(type, positive), alt: kept }] : [];
      });
    copy.update({ values: bounds(variable.values, true) });
    copy.update({ uses: bounds(variable.uses, false) });
    if (variable.poisoned) copy.poison();
    return copy;
  }

  /** The alternative in the copy; null if it does not remain. */
  #alt(alt: Alt, positive: boolean): Alt | null {
    if (!this.filter) return this.#fresh(alt);
    const kept = this.filter.get(filterKey(alt, positive));
    return kept ?? (alt.group.variableLevel <= this.above ? alt : null);
  }

  #fresh(alt: Alt): Alt {
    if (alt.group.variableLevel <= this.above) return alt;
    const known = this.#alts.get(alt);
    if (known) return known;
    const { group } = alt;
    const parent = group.parent && this.#fresh(group.parent);
    const copy = this.supply.group(group.size, group.exclusive, this.level, parent);
    for (const [i, each] of group.alts.entries()) this.#alts.set(each, copy.alts[i]!);
    for (const [i, each] of group.alts.entries()) {
      for (const value of each.values) link1(copy.alts[i]!, "values", this.#fresh(value));
      for (const use of each.uses) link1(copy.alts[i]!, "uses", this.#fresh(use));
    }
    return copy.alts[alt.index]!;
  }
}

/** Notes one direction of a link. */
function link1(alt: Alt, direction: "values" | "uses", other: Alt): void {
  const known = alt.whole.state[direction];
  const related = new Set(known.get(alt)).add(other);
  alt.whole.update({ [direction]: new Map(known).set(alt, related) });
}

/** A type for variables of a lower level: variables above it flow into new ones, or are fed by them. */
export class Extrusion {
  readonly #variables = new Map<string, Variable>();

  constructor(
    readonly supply: Supply,
    readonly level: number,
  ) {}

  of(type: Type, positive: boolean): Type {
    if (type.level <= this.level) return type;
    if (type.kind !== "var")
      return mapParts(type, (part, flip) => this.of(part, positive !== flip));
    const key = `${type.id}${positive ? "+" : "-"}`;
    const known = this.#variables.get(key);
    if (known) return known;
    const copy = this.supply.variable(type.span, this.level);
    this.#variables.set(key, copy);
    const bounds = (all: readonly Bound[]): Bound[] =>
      all.map((bound) => ({ ...bound, type: this.of(bound.type, positive) }));
    if (positive) {
      type.addUse(copy, BASE);
      copy.update({ values: bounds(type.values) });
    } else {
      type.addValue(copy, BASE);
      copy.update({ uses: bounds(type.uses) });
    }
    if (type.poisoned) copy.poison();
    return copy;
  }
}

/** The alternative for variables of a lower level. */
export function extrudeAlt(supply: Supply, alt: Alt, level: number): Alt {
  if (alt.group.variableLevel <= level) return alt;
  const { group, whole } = alt;
  const key = `${level} ${group.id}`;
  let copy: AltGroup | undefined = whole.state.extruded.get(key);
  if (!copy) {
    const parent = group.parent && extrudeAlt(supply, group.parent, level);
    copy = supply.group(group.size, group.exclusive, level, parent);
    whole.update({ extruded: new Map(whole.state.extruded).set(key, copy) });
    for (const [i, each] of group.alts.entries()) {
      link(each, copy.alts[i]!);
      link(copy.alts[i]!, each);
    }
  }
  return copy.alts[alt.index]!;
}

/** A signature with types, or new variables, in the place of its parameters. */
export function instantiate(
  supply: Supply,
  scheme: Scheme,
  level: number,
  given: Iterable<readonly [string, Type]> = [],
): Type {
  if (scheme.level !== null) return new Copy(supply, scheme.level, level).of(scheme.type);
  if (!scheme.generic) return scheme.type;
  const params = new Map<string, Type>(given);
  const replace = (type: Type): Type => {
    if (type.kind === "var" || type.level === CLOSED) return type;
    if (type.kind !== "skolem") return mapParts(type, replace);
    const known = params.get(type.name);
    if (known) return known;
    const variable = supply.variable(type.span, level);
    params.set(type.name, variable);
    return variable;
  };
  return replace(scheme.type);
}
