import { readDocument } from "../fql/model/read";
import { elementsOf } from "./elements";
import { invalidArgument, wrongType, type Position } from "./errors";
import type { CallSite } from "./functions/define";
import { isArray, type Lambda, Ref, SetRef, type SetView, typeName, type V4Value } from "./values";

/** Sets are in the order of their documents' ids; of the same id, in the order in which the collections were made. */
export function setOrder(a: Ref, b: Ref, { evaluator: { references } }: CallSite): number {
  const [x, y] = [references.toDocument(a), references.toDocument(b)];
  if (!x || !y) return Number(x !== undefined) - Number(y !== undefined);
  return x.id === y.id ? x.coll - y.coll : x.id < y.id ? -1 : 1;
}

function made(
  of: SetRef,
  shown: SetView["shown"],
  site: CallSite,
  elements: SetView["elements"],
  more: Partial<SetView> = {},
): SetRef {
  const order = (a: Ref, b: Ref): number => setOrder(a, b, site);
  return new SetRef(of.collection, { shown, elements, order, ...more });
}

function held(set: SetRef, site: CallSite, parameter: string): Ref[] {
  return elementsOf(set, site, parameter).filter((item): item is Ref => item instanceof Ref);
}

/** What a predicate keeps of a set; it is asked when the set is read. */
export function filtered(set: SetRef, predicate: Lambda, site: CallSite): SetRef {
  const keeps = (ref: Ref, at: Position): boolean => {
    const holds = site.evaluator.apply(predicate, ref, [...at, "lambda"]);
    if (typeof holds === "boolean") return holds;
    throw wrongType(["Boolean"], typeName(holds), at);
  };
  return made(
    set,
    { filter: predicate, collection: set },
    site,
    (at) => held(set, site, "collection").filter((ref) => keeps(ref, [...at, "filter"])),
    { sparse: true },
  );
}

export function reversed(set: SetRef, site: CallSite): SetRef {
  const order = set.view?.order ?? ((a: Ref, b: Ref): number => setOrder(a, b, site));
  const elements = (): Ref[] => held(set, site, "reverse").reverse();
  return made(set, { reverse: set }, site, elements, {
    order: (a, b) => -order(a, b),
    twiceInCursor: true,
  });
}

/** A set has each of its documents once already. */
export function distinctSet(set: SetRef, site: CallSite): SetRef {
  return made(set, { distinct: set }, site, () => held(set, site, "distinct"));
}

/** `union`, `intersection` or `difference` of sets: `keeps` says of whom a document must be. */
export function combined(
  name: string,
  sets: readonly SetRef[],
  keeps: (has: readonly boolean[]) => boolean,
  site: CallSite,
): SetRef {
  const [first] = sets;
  const elements = (): Ref[] => {
    const parts = sets.map((set) => held(set, site, name));
    const same = (a: Ref, b: Ref): boolean => setOrder(a, b, site) === 0;
    const all = parts.flat().sort((a, b) => setOrder(a, b, site));
    return all
      .filter((ref, i) => i === 0 || !same(ref, all[i - 1]!))
      .filter((ref) => keeps(parts.map((part) => part.some((other) => same(other, ref)))));
  };
  return made(first!, { [name]: sets.length === 1 ? first! : sets }, site, elements);
}

/** From one document to another, both included. An empty array is no bound; what is no document meets nothing. */
export function ranged(set: SetRef, from: V4Value, to: V4Value, site: CallSite): SetRef {
  const [low, high] = [bound(from), bound(to)];
  const elements = (): Ref[] => {
    if (low === null || high === null) return [];
    return held(set, site, "range").filter(
      (ref) => (!low || setOrder(ref, low, site) >= 0) && (!high || setOrder(ref, high, site) <= 0),
    );
  };
  return made(set, { range: set, from: low ?? null, to: high ?? null }, site, elements);
}

function bound(value: V4Value): Ref | null | undefined {
  if (isArray(value) && !value.length) return undefined;
  const only = isArray(value) && value.length === 1 ? value[0] : value;
  return only instanceof Ref ? only : null;
}

/** A document alone, as long as it is there. */
export function singleton(ref: Ref, site: CallSite): SetRef {
  const { references, context } = site.evaluator;
  const elements = (): Ref[] => {
    const document = references.toDocument(ref);
    return document && typeof readDocument(context, document) !== "string" ? [ref] : [];
  };
  return made(new SetRef(ref), { singleton: ref }, site, elements);
}

/** The history of a document or set. It has a name only. */
export function events(of: Ref | SetRef, site: CallSite): SetRef {
  const elements = (at: Position): never => {
    throw invalidArgument("The local Fauna does not implement pages of `events`.", at);
  };
  return made(of instanceof SetRef ? of : new SetRef(of), { events: of }, site, elements);
}
