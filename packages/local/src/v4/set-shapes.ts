import { compare } from "./compare";
import { type SetItem, type SetRef, UNNAMED_SOURCE } from "./values";

/** Which way what a set lists is ordered; a document's reference is the last of it. */
export function shapeOf(set: SetRef): readonly boolean[] {
  return set.view?.reversed ?? [false];
}

/** Whether two sets list what they have in the same order, as far as that is known of both. */
export function isCompatible(a: SetRef, b: SetRef): boolean {
  const [x, y] = [shapeOf(a), shapeOf(b)];
  const isHistory = (set: SetRef): boolean => set.view?.page !== undefined;
  return (
    isHistory(a) === isHistory(b) && x.every((backwards, i) => backwards === (y[i] ?? backwards))
  );
}

/** The reference at the end stays as it is; alone it counts twice. */
export function turned(shape: readonly boolean[]): readonly boolean[] {
  return shape.length === 1 ? [true, false] : [...shape.slice(0, -1).map((each) => !each), false];
}

/** What is in several sets comes from all of them. */
export function fromAll(item: SetItem, same: readonly SetItem[]): SetItem {
  const all = same.flatMap(({ sources = [UNNAMED_SOURCE] }) => sources);
  return {
    ...item,
    sources: all.filter((set, i) => all.findIndex((b) => isSameSet(set, b)) === i),
  };
}

function isSameSet(a: SetRef, b: SetRef): boolean {
  return a === b || compare(a, b) === 0;
}
