import type { Diagnostic } from "../fql/summary";
import { BASE, type Alt, type AltGroup } from "./alternatives";
import {
  distinct,
  aliased,
  failed,
  isSame,
  ok,
  sub,
  several,
  type Check,
  type Concrete,
  type Leaf,
  type Several,
} from "./check-tree";
import type { Failure } from "./failures";
import { altsInServerOrder, groupsInServerOrder } from "./server-order";
import { keyOf, type Type, type Variable } from "./type";

/** A path of aliases to a value, and the checks of that value by the group and alternative that it is to flow to. */
interface Flow {
  readonly path: readonly string[];
  readonly from: Alt;
  readonly uses: Map<AltGroup, Map<Alt, Concrete[]>>;
}

/** Decides a check: drops alternatives that fail, and fails where none is left. */
export class CheckRun {
  hasFailed = false;
  #check: Check | null;
  #primary: readonly Leaf[] = [];
  #secondary: Leaf[] = [];
  readonly #variables = new Set<Variable>();
  readonly #dropped = new Set<Alt>();

  constructor(check: Check | null) {
    this.#check = check;
  }

  /** Decides this check, and again all others that a dropped alternative takes part in. */
  decide(): void {
    this.#mark(this.#check, new Set());
    this.#prune();
    let open = new Set(this.#others());
    open.delete(this);
    while (!this.hasFailed && open.size) {
      const next = new Set<CheckRun>();
      for (const run of open) {
        if (this.hasFailed) break;
        run.#prune();
        this.hasFailed ||= run.hasFailed;
        if (!this.hasFailed) for (const other of run.#others()) next.add(other);
      }
      open = next;
    }
  }

  /** What to tell; nothing if all holds. */
  reasons(): { failures: Failure[]; errors: Diagnostic[] } {
    if (!this.hasFailed) return { failures: [], errors: [] };
    const of = (leaves: readonly Leaf[]): { failures: Failure[]; errors: Diagnostic[] } => ({
      failures: leaves.flatMap((leaf) => leaf.failures),
      errors: leaves.flatMap((leaf) => leaf.errors),
    });
    const primary = of(this.#primary);
    if (primary.failures.length || primary.errors.length) return primary;
    const leaves = distinct(this.#secondary);
    const told = leaves.filter(({ from }) => from === BASE || this.#dropped.has(from));
    return { failures: of(told).failures, errors: of(leaves).errors };
  }

  #others(): CheckRun[] {
    return [...this.#dropped].flatMap((alt) => [...alt.whole.state.runs]);
  }

  #prune(): void {
    this.#secondary = [];
    this.#variables.clear();
    this.#dropped.clear();
    this.#primary = this.#failuresOf(this.#check);
    this.hasFailed = this.#primary.length > 0;
    this.#check = simplified(this.#check, new Set());
  }

  /** Notes in the groups what flows where, and that this check is about them. */
  #mark(check: Check | null, seen: Set<Variable>): void {
    if (!check) return;
    switch (check.kind) {
      case "var":
        if (seen.has(check.variable)) return;
        seen.add(check.variable);
        this.#mark(check.variable.state.check, seen);
        return;
      case "all":
      case "each":
        for (const each of check.checks) this.#mark(each, seen);
        return;
      case "alias":
        this.#mark(check.check, seen);
        return;
      default:
        this.#markGroups(check.from.whole, check.to.whole);
        if (check.kind === "sub") this.#mark(check.check, seen);
    }
  }

  #markGroups(from: AltGroup, to: AltGroup): void {
    if (from === to) return;
    if (!from.isBase && !from.state.flowsTo.has(to))
      from.update({ flowsTo: new Set(from.state.flowsTo).add(to) });
    for (const group of [from, to])
      if (!group.isBase && !group.state.runs.has(this))
        group.update({ runs: new Set(group.state.runs).add(this) });
  }

  #failuresOf(check: Check | null): readonly Leaf[] {
    switch (check?.kind) {
      case undefined:
        return [];
      case "ok":
        return isDropped(check) ? [dropped(check)] : [];
      case "fail":
        if (!isDropped(check)) this.#secondary.push(check);
        return [check];
      case "sub":
        return this.#failuresOf(check.check);
      case "alias":
        return this.#failuresOfEach(several("each", [check.check]));
      case "var":
        if (this.#variables.has(check.variable)) return [];
        this.#variables.add(check.variable);
        return this.#failuresOf(check.variable.state.check);
      case "all":
        return distinct(check.checks.flatMap((each) => this.#failuresOf(each)));
      case "each":
        return this.#failuresOfEach(check);
    }
  }

  /** For each value, one alternative of each group that it flows to must hold. */
  #failuresOfEach(check: Several): readonly Leaf[] {
    const { flows, others } = this.#flows(check);
    const fatal: Leaf[] = [];
    const dead = new Map<AltGroup, Map<Alt, Leaf[]>>();
    for (const flow of nullFirst(flows.values())) {
      const uses = usesOf(flow, flows);
      for (const group of groupsInServerOrder(uses.keys())) {
        const alts = uses.get(group)!;
        const fails: Leaf[] = [];
        let holding: Concrete[] = [];
        for (const alt of altsInServerOrder(alts.keys())) {
          const checks = alts.get(alt)!;
          const found = checks.flatMap((each) => this.#failuresOf(each));
          fails.push(...found);
          if (!found.length) holding.push(...checks);
        }
        if (holding.length && !group.isBase && !noteNeeds(group, flow.from, holding)) holding = [];
        if (holding.length) continue;
        const { from } = flow;
        dead.set(from.whole, (dead.get(from.whole) ?? new Map<Alt, Leaf[]>()).set(from, fails));
        if (from === BASE) fatal.push(...fails);
        else if (!from.isDropped) {
          from.drop();
          this.#dropped.add(from);
        }
      }
    }
    for (const [group, alts] of dead) {
      const left = [...alts.keys()].filter((alt) => !alt.isDropped);
      if (left.length === group.kept().length) fatal.push(...[...alts.values()].flat());
    }
    return distinct([...others.flatMap((each) => this.#failuresOf(each)), ...fatal]);
  }

  /** The checks by value; those that have no alternatives are apart. */
  #flows({ checks }: Several): { flows: Map<string, Flow>; others: readonly Check[] } {
    const flows = new Map<string, Flow>();
    const others: Check[] = [];
    const seen = new Set<Variable>();
    const visit = (check: Check | null, path: readonly string[]): void => {
      if (!check) return;
      switch (check.kind) {
        case "var":
          if (seen.has(check.variable)) return;
          seen.add(check.variable);
          visit(check.variable.state.check, path);
          return;
        case "each":
          for (const one of check.checks) visit(one, path);
          return;
        case "alias":
          visit(check.check, [...path, step(check)]);
          return;
        case "all":
          others.push(check);
          return;
        default: {
          const isFatal = check.kind === "fail" && check.errors.length > 0;
          if (isFatal || check.from === check.to) others.push(check);
          else addTo(flows, [...path, step(check)], check);
        }
      }
    };
    for (const check of checks) visit(check, []);
    return { flows, others: distinct(others) };
  }
}

function step({ value, from }: { readonly value: Type; readonly from: Alt }): string {
  return `${keyOf(value)}@${from.id}`;
}

/** Null comes first on the server, so what it fails with is what is told last. */
function nullFirst(flows: Iterable<Flow>): Flow[] {
  const isNull = ({ path }: Flow): boolean => path.some((each) => each.startsWith("Null@"));
  const all = [...flows];
  return [...all.filter(isNull), ...all.filter((flow) => !isNull(flow))];
}

function addTo(flows: Map<string, Flow>, path: readonly string[], check: Concrete): void {
  const key = path.join(" ");
  const flow: Flow = flows.get(key) ?? { path, from: check.from, uses: new Map() };
  flows.set(key, flow);
  const alts = flow.uses.get(check.to.whole) ?? new Map<Alt, Concrete[]>();
  flow.uses.set(check.to.whole, alts);
  const known = alts.get(check.to) ?? [];
  if (!known.some((each) => isSame(each, check))) alts.set(check.to, [...known, check]);
}

/** The uses of a value, with those of the aliases that lead to it. */
function usesOf({ path }: Flow, flows: ReadonlyMap<string, Flow>): Flow["uses"] {
  const uses: Flow["uses"] = new Map();
  for (let length = path.length; length > 0; length--) {
    const flow = flows.get(path.slice(0, length).join(" "));
    for (const [group, alts] of flow?.uses ?? [])
      for (const [alt, checks] of alts) {
        const known = uses.get(group) ?? new Map<Alt, Concrete[]>();
        uses.set(group, known.set(alt, [...(known.get(alt) ?? []), ...checks]));
      }
  }
  return uses;
}

/** An alternative is out, but its own checks count. */
function isDropped({ from, to }: Concrete): boolean {
  return from !== to && (from.isDropped || to.isDropped);
}
function dropped(check: Concrete): Leaf {
  return failed(check, []);
}

/** Without what no longer matters. Variables change in place. */
function simplified(check: Check | null, seen: Set<Variable>): Check | null {
  if (!check) return null;
  switch (check.kind) {
    case "ok":
    case "fail":
      return isDropped(check) ? dropped(check) : check;
    case "sub":
      return isDropped(check) ? dropped(check) : simplifiedSub(check, seen);
    case "alias":
      return aliased(check.value, check.from, simplified(check.check, seen)!);
    case "var":
      if (seen.has(check.variable)) return check;
      seen.add(check.variable);
      check.variable.update({ check: simplified(check.variable.state.check, seen) });
      return check;
    case "all":
    case "each": {
      const checks = check.checks.map((each) => simplified(each, seen)!);
      const fails = check.kind === "all" ? checks.filter(({ kind }) => kind === "fail") : [];
      return several(check.kind, fails.length ? fails : checks);
    }
  }
}

function simplifiedSub(check: Extract<Check, { kind: "sub" }>, seen: Set<Variable>): Check {
  const { value, from, use, to } = check;
  const inner = simplified(check.check, seen);
  const same = (each: Check | null): boolean =>
    each?.kind === "ok" && each.from === from && each.to === to;
  if (!inner || same(inner)) return ok(value, from, use, to);
  if (inner.kind === "fail") return failed(check, inner.failures, inner.errors);
  if ((inner.kind === "all" || inner.kind === "each") && inner.checks.every(same))
    return ok(value, from, use, to);
  return sub(value, from, use, to, inner);
}

/** A set of alternatives by their ids. */
function setKey(alts: ReadonlySet<Alt>): string {
  return [...alts]
    .map(({ id }) => id)
    .sort()
    .join(",");
}
function uniqueSets(sets: readonly ReadonlySet<Alt>[]): ReadonlySet<Alt>[] {
  return [...new Map(sets.map((set) => [setKey(set), set])).values()];
}
function common(a: ReadonlySet<Alt>, b: ReadonlySet<Alt>): ReadonlySet<Alt> {
  return new Set([...a].filter((alt) => b.has(alt)));
}

type Needs = ReadonlyMap<Alt, readonly ReadonlySet<Alt>[]>;

/** Notes which alternatives of a group one needs; takes it back, and is false, if two exclude each other. */
function noteNeeds(group: AltGroup, from: Alt, holding: readonly Concrete[]): boolean {
  const before = group.state;
  const needed = new Set(holding.map(({ to }) => to));
  const sets = uniqueSets([...(before.needs.get(from) ?? []), needed]);
  group.update({ needs: new Map(before.needs).set(from, sets) });
  const fine = [...group.flowsTo()].every((each) => !each.exclusive || isPossible(each));
  if (!fine) group.state = before;
  return fine;
}

/** Whether some choice of alternatives of all groups that flow into an exclusive one needs one of its alternatives only. */
function isPossible(group: AltGroup): boolean {
  const outermost = (alt: Alt): Alt => (alt.group.exclusive ? alt : outermost(alt.group.parent!));
  const needs = transitiveNeeds(group, new Set());
  if (!needs.size) return true;
  const byGroup = new Map<AltGroup, Map<string, ReadonlySet<Alt>>>();
  for (const [alt, sets] of needs) {
    const shared = sets
      .map((set): ReadonlySet<Alt> => new Set([...set].map(outermost)))
      .reduce(common);
    const known = byGroup.get(alt.whole) ?? new Map<string, ReadonlySet<Alt>>();
    byGroup.set(alt.whole, known.set(setKey(shared), shared));
  }
  let choices: (ReadonlySet<Alt> | null)[] = [null];
  for (const sets of byGroup.values()) {
    const next = new Map<string, ReadonlySet<Alt>>();
    for (const choice of choices)
      for (const set of sets.values()) {
        const shared = choice ? common(choice, set) : set;
        next.set(setKey(shared), shared);
      }
    choices = [...next.values()];
  }
  return choices.some((choice) => choice!.size > 0);
}

function mergedNeeds(a: Needs, b: Needs): Needs {
  const merged = new Map(b);
  for (const [alt, sets] of a) merged.set(alt, uniqueSets([...(b.get(alt) ?? []), ...sets]));
  return merged;
}

/** What alternatives need of a group, by way of other groups as well. */
function transitiveNeeds(group: AltGroup, seen: ReadonlySet<AltGroup>): Needs {
  const own = group.state.needs;
  if (seen.has(group)) return own;
  const groups = new Set([...own.keys()].map((alt) => alt.whole));
  const inner = new Set(seen).add(group);
  let before: Needs = new Map();
  for (const each of groups) before = mergedNeeds(before, transitiveNeeds(each, inner));
  const through = new Map<Alt, readonly ReadonlySet<Alt>[]>();
  for (const [alt, sets] of before) {
    const found = sets
      .filter((set) => [...set].every((each) => own.has(each)))
      .flatMap((set) => [...set].map((each) => own.get(each)!).reduce(product));
    if (found.length) through.set(alt, uniqueSets(found));
  }
  return mergedNeeds(own, through);
}

function product(
  a: readonly ReadonlySet<Alt>[],
  b: readonly ReadonlySet<Alt>[],
): readonly ReadonlySet<Alt>[] {
  return uniqueSets(a.flatMap((one) => b.map((two) => new Set([...one, ...two]))));
}
