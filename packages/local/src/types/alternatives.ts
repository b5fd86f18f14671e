import type { CheckRun } from "./check-run";

// A type may offer a choice: a value with several signatures, a use that takes several types. Each choice makes a group
// of alternatives, and what is found out about variables is kept by alternative. An alternative that fails is pruned; a
// mistake is one only if a group has none left. Two alternatives of one group may both be needed, as for `f(if (c) 1
// else true)`; where the choice has more than one place (`exclusive`), that is a mistake, too.

/** A failed check between two alternatives, and the value that failed, by its key. */
interface Failure {
  readonly from: Alt;
  readonly to: Alt;
  readonly value: string;
}

/** What is known of a group; replaced as a whole, so that it can be put back. */
interface GroupState {
  /** Groups that refine one alternative: unions within unions. */
  readonly inner: ReadonlyMap<Alt, readonly AltGroup[]>;
  readonly pruned: ReadonlySet<Alt>;
  /** Which alternatives flow into one of this group, and where those of this group flow. */
  readonly values: Relation;
  readonly uses: Relation;
  readonly valueConflicts: Relation;
  readonly useConflicts: Relation;
  readonly failures: readonly Failure[];
  /** Copies at lower levels, by level and inner group. */
  readonly extruded: ReadonlyMap<string, AltGroup>;
  /** The same as `pruned`, decided by whole checks: see `check-tree.ts`. */
  readonly dropped: ReadonlySet<Alt>;
  readonly flowsTo: ReadonlySet<AltGroup>;
  /** Alternatives of other groups, and the sets of this group's that each needs. */
  readonly needs: ReadonlyMap<Alt, readonly ReadonlySet<Alt>[]>;
  readonly runs: ReadonlySet<CheckRun>;
}
export type Relation = ReadonlyMap<Alt, ReadonlySet<Alt>>;

const NOTHING: GroupState = {
  inner: new Map(),
  pruned: new Set(),
  values: new Map(),
  uses: new Map(),
  valueConflicts: new Map(),
  useConflicts: new Map(),
  failures: [],
  extruded: new Map(),
  dropped: new Set(),
  flowsTo: new Set(),
  needs: new Map(),
  runs: new Set(),
};

function related(relation: Relation, from: Alt, to: Alt): Relation {
  return new Map(relation).set(from, new Set(relation.get(from)).add(to));
}

/** States to put back if a check fails. */
export type Undo = Map<AltGroup, GroupState>;

/** The alternatives of one choice. */
export class AltGroup {
  readonly alts: readonly Alt[];
  state: GroupState = NOTHING;
  /** The group that this one refines, or itself. */
  readonly whole: AltGroup;

  constructor(
    readonly id: number,
    readonly size: number,
    readonly exclusive: boolean,
    /** The alternative that this group refines. */
    readonly parent: Alt | null,
    /** Of the variables that know of it. */
    readonly variableLevel: number,
  ) {
    this.alts = Array.from({ length: size }, (_, i) => new Alt(i, this));
    this.whole = parent ? parent.whole : this;
    if (parent) {
      const known = this.whole.state.inner;
      const inner = new Map(known).set(parent, [...(known.get(parent) ?? []), this]);
      this.whole.update({ inner });
    }
  }

  get isBase(): boolean {
    return this.parent === null && this.variableLevel < 0;
  }
  update(change: Partial<GroupState>): void {
    this.state = { ...this.state, ...change };
  }

  /** The alternatives that no other group refines. */
  leaves(): Alt[] {
    return this.alts.flatMap((alt) => {
      const inner = this.whole.state.inner.get(alt);
      return inner ? inner.flatMap((group) => group.leaves()) : [alt];
    });
  }
  alive(): Alt[] {
    return this.leaves().filter((alt) => !alt.isPruned);
  }
  kept(): Alt[] {
    return this.leaves().filter((alt) => !alt.isDropped);
  }

  /** All groups that what is in this one flows to, and itself. */
  flowsTo(): Set<AltGroup> {
    const seen = new Set<AltGroup>();
    const open: AltGroup[] = [this];
    for (let group = open.pop(); group; group = open.pop()) {
      if (group.isBase || seen.has(group)) continue;
      seen.add(group);
      open.push(...group.state.flowsTo);
    }
    return seen;
  }

  /** Alternatives that flow in, and those of this group that together take what some of them brings. */
  conjoined(): Map<Alt, Set<Alt>> {
    const values = new Map<Alt, Set<string>>();
    const refused = new Map<Alt, Map<Alt, Set<string>>>();
    for (const { from, to, value } of this.state.failures) {
      if (to.whole !== this) continue;
      values.set(from, (values.get(from) ?? new Set()).add(value));
      const by = refused.get(from) ?? new Map<Alt, Set<string>>();
      refused.set(from, by.set(to, (by.get(to) ?? new Set()).add(value)));
    }
    const found = new Map<Alt, Set<Alt>>();
    for (const [from, all] of values) {
      const by = refused.get(from)!;
      const sets = [...by.values()];
      // A value that none takes has no place here, nor has an alternative that takes none.
      if ([...all].some((value) => sets.every((set) => set.has(value)))) continue;
      const takers = this.leaves().filter((alt) => by.has(alt) && by.get(alt)!.size < all.size);
      const others = [...by.keys()].filter((alt) => !this.leaves().includes(alt));
      found.set(from, new Set([...takers, ...others]));
    }
    return found;
  }
}

/** One alternative of a group. */
export class Alt {
  readonly id: string;
  readonly whole: AltGroup;
  /** Itself and the alternatives that its group refines. */
  readonly lineage: readonly Alt[];

  constructor(
    readonly index: number,
    readonly group: AltGroup,
  ) {
    this.id = `${group.id}.${index}`;
    this.whole = group.parent ? group.parent.whole : group;
    this.lineage = [...(group.parent?.lineage ?? []), this];
  }

  get isBase(): boolean {
    return this.group.isBase;
  }
  get isPruned(): boolean {
    const { pruned } = this.whole.state;
    return pruned.size > 0 && this.lineage.some((alt) => pruned.has(alt));
  }
  get isDropped(): boolean {
    const { dropped } = this.whole.state;
    return dropped.size > 0 && this.lineage.some((alt) => dropped.has(alt));
  }
  get values(): ReadonlySet<Alt> {
    return this.whole.state.values.get(this) ?? NO_ALTS;
  }
  get uses(): ReadonlySet<Alt> {
    return this.whole.state.uses.get(this) ?? NO_ALTS;
  }
  validValues(): Alt[] {
    return [...this.values].filter((alt) => !alt.isPruned && !conflict(alt, this));
  }
  drop(): void {
    this.whole.update({ dropped: new Set(this.whole.state.dropped).add(this) });
  }
}

const NO_ALTS: ReadonlySet<Alt> = new Set();

/** The only alternative where there is no choice. */
export const BASE: Alt = new AltGroup(0, 1, true, null, -1).alts[0]!;

/** Notes that `from` flows into `to`. */
export function link(from: Alt, to: Alt, undo?: Undo): void {
  if (from === to || from.uses.has(to) || to.values.has(from)) return;
  for (const alt of [from, to]) if (!alt.isBase) save(alt.whole, undo);
  if (!from.isBase) from.whole.update({ uses: related(from.whole.state.uses, from, to) });
  if (!to.isBase) to.whole.update({ values: related(to.whole.state.values, to, from) });
}

function save(group: AltGroup, undo?: Undo): void {
  if (undo && !undo.has(group)) undo.set(group, group.state);
}

/** Whether `from` cannot flow into `to`, not even together with others of its group. */
export function conflict(from: Alt, to: Alt): boolean {
  const [relation, key, other] = from.isBase
    ? [to.whole.state.valueConflicts, to, from]
    : [from.whole.state.useConflicts, from, to];
  return Boolean(relation.get(key)?.has(other)) && !to.whole.conjoined().get(from)?.has(to);
}

/** Notes that `from` does not flow into `to`, and prunes what has nowhere left to flow to. */
export function fail(from: Alt, to: Alt, value: string, undo: Undo): void {
  if (from === to) return;
  const failure: Failure = { from, to, value };
  const note = (alt: Alt, name: "useConflicts" | "valueConflicts", other: Alt): void => {
    if (alt.isBase) return;
    const group = alt.whole;
    save(group, undo);
    const failures = [...group.state.failures, failure];
    group.update({ [name]: related(group.state[name], alt, other), failures });
  };
  note(from, "useConflicts", to);
  note(to, "valueConflicts", from);
  if (from.isBase || !to.whole.alive().every((alt) => conflict(from, alt))) return;
  const open = [from];
  for (let alt = open.pop(); alt; alt = open.pop()) {
    const group = alt.whole;
    save(group, undo);
    group.update({ pruned: new Set(group.state.pruned).add(alt) });
    if (group.leaves().every((leaf) => leaf.isPruned)) return;
    const current = alt;
    open.push(...alt.validValues().filter((each) => !each.isBase && !conflict(current, each)));
  }
}
