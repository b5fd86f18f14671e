import { BASE, link, type Alt } from "./alternatives";
import { Copy, filterKey, type AltFilter } from "./copies";
import { altSetKey, neededSets, SmallestSets, unitePaths, type AltSet } from "./paths";
import { groupedInServerOrder } from "./server-order";
import type { Supply } from "./supply";
import { CLOSED, overload, partsOf, type Scheme, type Type, type Variable } from "./type";

/** Calls `visit` with each part of a type; of variables with their bounds, once. */
function walk(
  type: Type,
  positive: boolean,
  seen: Set<Variable>,
  note: (alt: Alt, positive: boolean) => void,
  deferred: Variable[] | null = null,
): void {
  if (type.kind === "var") {
    if (seen.has(type)) return;
    seen.add(type);
    if (deferred && type.isDeferred) {
      deferred.push(type);
      return;
    }
    for (const bound of positive ? type.values : type.uses) {
      note(bound.alt, positive);
      walk(bound.type, positive, seen, note, deferred);
    }
    return;
  }
  if (type.level === CLOSED) return;
  if (type.kind === "overload") for (const [alt] of type.variants) note(alt, positive);
  const visit = (part: Type, flip: boolean): void =>
    walk(part, positive !== flip, seen, note, deferred);
  const [given, answered] = sidesOf(type);
  for (const part of given) visit(part, true);
  for (const part of answered) visit(part, false);
}

/** The parts that are given to a type, and all others. */
function sidesOf(type: Exclude<Type, Variable>): [readonly Type[], readonly Type[]] {
  switch (type.kind) {
    case "function": {
      const params = [...type.params, ...(type.rest ? [type.rest] : [])];
      return [params.map((param) => param.type), [type.result]];
    }
    case "call":
    case "access":
      return [type.args, [type.result]];
    case "projection":
      return [[type.by], [type.result]];
    default:
      return [[], partsOf(type)];
  }
}

/** The alternatives in a type: those of values, and those of uses. */
function altsOf(
  type: Type,
  positive: boolean,
  deferred: Variable[] | null = null,
): { values: Set<Alt>; uses: Set<Alt> } {
  const found = { values: new Set<Alt>(), uses: new Set<Alt>() };
  walk(
    type,
    positive,
    new Set(),
    (alt, isValue) => {
      if (!alt.isBase) (isValue ? found.values : found.uses).add(alt);
    },
    deferred,
  );
  return found;
}

/** Alternatives of the variables in scope. */
export function freeAlts(scope: Iterable<Scheme>): Set<Alt> {
  const free = new Set<Alt>();
  for (const { type } of scope) {
    const { values, uses } = altsOf(type, false);
    for (const alt of [...values, ...uses]) free.add(alt);
  }
  return free;
}

/** A set of alternatives of the result, and those that lead to it. */
interface Variant {
  readonly out: AltSet;
  readonly by: AltSet;
}

/** Every choice of one alternative of each group. */
function choicesOf(alts: Iterable<Alt>): AltSet[] {
  const groups = new Map<unknown, Alt[]>();
  for (const alt of alts) groups.set(alt.whole, [...(groups.get(alt.whole) ?? []), alt]);
  let choices: AltSet[] = [new Set()];
  for (const group of groups.values())
    choices = choices.flatMap((choice) => group.map((alt) => new Set([...choice, alt])));
  return choices;
}

function excludesItself(alts: AltSet): boolean {
  const all = [...alts];
  return all.some(
    (alt) => alt.whole.exclusive && all.some((b) => b !== alt && b.whole === alt.whole),
  );
}

function variantsOf(
  outs: ReadonlySet<Alt>,
  deps: ReadonlySet<Alt>,
  free: ReadonlySet<Alt>,
): {
  variants: Variant[];
  freeBy: Map<Alt, Alt[]>;
} {
  const { base, byAlt } = neededSets(unitePaths(new Set([...outs].map((alt) => alt.whole))));
  const freeBy = new Map<Alt, Alt[]>();
  for (const [dep, sets] of byAlt)
    if (free.has(dep))
      for (const alt of new Set(sets.flatMap((set) => [...set])))
        freeBy.set(alt, [...(freeBy.get(alt) ?? []), dep]);
  if (!deps.size && base.size) return { variants: [{ out: base, by: new Set([BASE]) }], freeBy };
  const variants = choicesOf(deps.size ? deps : groupedInServerOrder(byAlt.keys())).flatMap(
    (by): Variant[] => {
      const needed = new SmallestSets();
      for (const dep of by) needed.add(byAlt.get(dep) ?? [base]);
      const out = needed.smallest;
      return excludesItself(out) ? [] : [{ out, by }];
    },
  );
  if (deps.size) return { variants, freeBy };
  // No input tells them apart, so those that need more than another are left out.
  const sets = [...new Map(variants.map(({ out }) => [altSetKey(out), out])).values()];
  const least = sets.filter(
    (set) => !sets.some((other) => other !== set && [...other].every((alt) => set.has(alt))),
  );
  return { variants: least.map((set) => ({ out: set, by: set })), freeBy };
}

function filterFor({ out, by }: Variant, positive: boolean, to: Alt): AltFilter {
  const lineages = (alts: AltSet): Alt[] => [...alts].flatMap((alt) => [...alt.lineage]);
  return new Map([
    ...lineages(out).map((alt) => [filterKey(alt, positive), to] as const),
    ...lineages(by).map((alt) => [filterKey(alt, !positive), to] as const),
  ]);
}

/**
 * Resolves the choices in a type: it has one variant, or is an overload of the variants that remain. `free` are the
 * alternatives of variables in scope, which may still be decided; asked for if there is a choice.
 */
export function anneal(
  supply: Supply,
  type: Type,
  positive: boolean,
  level: number,
  free: () => ReadonlySet<Alt>,
): Type {
  const deferred: Variable[] = [];
  let { values, uses } = altsOf(type, positive, deferred);
  if (deferred.length) {
    // Choices that nothing else depends on have one way out.
    if (!values.size && !uses.size) {
      for (const each of deferred) each.settle();
      return type;
    }
    ({ values, uses } = altsOf(type, positive));
  }
  const [outs, deps] = positive ? [values, uses] : [uses, values];
  if (!outs.size) return type;
  const { variants, freeBy } = variantsOf(outs, deps, free());
  const copy = (variant: Variant, to: Alt): Type =>
    new Copy(supply, level - 1, level, filterFor(variant, positive, to)).of(type, positive);
  if (variants.length === 1) return copy(variants[0]!, BASE);
  const group = supply.group(variants.length, arityOf(type) > 1, level);
  return overload(
    variants.map((variant, i) => {
      const to = group.alts[i]!;
      for (const alt of [...variant.out].flatMap((each) => [...each.lineage]))
        for (const dep of freeBy.get(alt) ?? [])
          if (positive) link(dep, to);
          else link(to, dep);
      return [to, copy(variant, to)] as const;
    }),
  );
}

/** How many places a type has to which something may be given at once. */
export function arityOf(type: Type, positive = true, seen: Set<Variable> = new Set()): number {
  const go = (part: Type): number => arityOf(part, positive, seen);
  const most = (parts: readonly Type[]): number => Math.max(0, ...parts.map(go));
  switch (type.kind) {
    case "var":
      if (seen.has(type)) return 0;
      seen.add(type);
      return most((positive ? type.values : type.uses).map((bound) => bound.type));
    case "record":
    case "tuple":
    case "overload":
    case "union":
    case "intersection":
      return most(partsOf(type));
    case "field":
      return go(type.type);
    case "projection":
      return 1 + go(type.result);
    case "function":
      return type.params.length + go(type.result);
    case "call":
    case "access":
      return type.args.length + go(type.result);
    case "without":
    case "guard":
      return go(type.of);
    default:
      return 0;
  }
}
