import { conflict, type Alt, type AltGroup } from "./alternatives";
import { setsInServerOrder } from "./server-order";

/** From where values come (an alternative, or a group whose values have none) to the alternatives that take them. */
export interface Path {
  readonly from: Alt | AltGroup;
  readonly to: ReadonlySet<Alt>;
}
export type AltSet = ReadonlySet<Alt>;

export function altSetKey(alts: AltSet): string {
  return [...alts]
    .map(({ id }) => id)
    .sort()
    .join(",");
}
function pathKey({ from, to }: Path): string {
  return `${"group" in from ? from.id : `g${from.id}`} ${altSetKey(to)}`;
}

/** Without what is there twice. */
function unique<T>(all: Iterable<T>, key: (each: T) => string): T[] {
  const found = new Map<string, T>();
  for (const each of all) if (!found.has(key(each))) found.set(key(each), each);
  return [...found.values()];
}

/** Which alternatives flow into which of a group. */
function flowsInto(group: AltGroup): Map<Alt, Set<Alt>> {
  const found = new Map<Alt, Set<Alt>>();
  const add = (from: Alt, to: Alt): void => {
    found.set(from, (found.get(from) ?? new Set()).add(to));
  };
  const alive = group.alive();
  const sources = new Set(alive.flatMap((alt) => [...alt.values].map((value) => value.whole)));
  let hasConflicts = false;
  for (const to of alive)
    for (const source of sources)
      for (const from of source.leaves()) {
        if (from.isPruned) continue;
        if (conflict(from, to)) hasConflicts = true;
        else add(from, to);
      }
  if (hasConflicts) return found;
  // Nothing was refused, so the links alone say what belongs together.
  found.clear();
  for (const to of alive) for (const from of to.validValues()) add(from, to);
  return found;
}

/** The ways of all values to a group. */
export function pathsTo(group: AltGroup, seen: Set<AltGroup> = new Set()): Path[] {
  const own = group.alive().map((alt): Path => ({ from: alt, to: new Set([alt]) }));
  if (seen.has(group)) return own;
  seen.add(group);
  const flows = flowsInto(group);
  const conjoined = group.conjoined();
  const sources = [...new Set([...flows.keys()].map((alt) => alt.whole))];
  const before = unique(
    sources.flatMap((source) => pathsTo(source, seen)),
    pathKey,
  );
  const through = before.flatMap(({ from, to }) => {
    const base = "group" in from && from.isBase && !group.isBase;
    let sets: Set<Alt>[] = [new Set()];
    for (const alt of to) {
      const next = [...(flows.get(alt) ?? [])];
      const also = [...(conjoined.get(alt) ?? [])];
      sets = sets.flatMap((set) =>
        setsInServerOrder(next.map((each) => new Set([...set, ...also, each]))),
      );
    }
    return sets.map((set): Path => ({ from: base ? group : from, to: set }));
  });
  return unique([...through, ...own], pathKey);
}

/** The smallest sets of alternatives that satisfy some needs, of each of which one set is enough. */
export class SmallestSets {
  #sets: AltSet[] = [];

  add(choices: readonly AltSet[]): this {
    if (!choices.length) return this;
    const all = this.#sets.length
      ? this.#sets.flatMap((set) => choices.map((choice) => new Set([...set, ...choice])))
      : [...choices];
    const size = Math.min(...all.map((set) => set.size));
    this.#sets = all.filter((set) => set.size === size);
    return this;
  }

  get smallest(): AltSet {
    return this.#sets[0] ?? new Set();
  }
  /** The smallest that also has these. */
  with(alts: AltSet): AltSet {
    const all = this.#sets.map((set) => new Set([...set, ...alts]));
    return all.sort((a, b) => a.size - b.size)[0] ?? alts;
  }
}

/** What values without alternatives need, and for each alternative the sets of which one is needed with it. */
export function neededSets(paths: readonly Path[]): {
  readonly base: AltSet;
  readonly byAlt: ReadonlyMap<Alt, readonly AltSet[]>;
} {
  const byGroup = new Map<AltGroup, AltSet[]>();
  for (const { from, to } of paths)
    if (!("group" in from)) byGroup.set(from, [...(byGroup.get(from) ?? []), to]);
  const bases = new SmallestSets();
  for (const sets of byGroup.values()) bases.add(unique(sets, altSetKey));
  const byAlt = new Map<Alt, AltSet[]>();
  for (const { from, to } of paths)
    if ("group" in from) byAlt.set(from, [...(byAlt.get(from) ?? []), bases.with(to)]);
  return {
    base: bases.smallest,
    byAlt: new Map([...byAlt].map(([alt, sets]) => [alt, unique(sets, altSetKey)])),
  };
}

/** The union of paths without what is there twice. */
export function unitePaths(groups: Iterable<AltGroup>): Path[] {
  return unique(
    [...groups].flatMap((group) => pathsTo(group)),
    pathKey,
  );
}
