import { typeName } from "./type-names";
import { readDocument } from "../fql/model/read";
import { mayReadIndex } from "../fql/model/permissions";
import { reversedValues, sourcesOf, v4IndexName, valueCount } from "../fql/model/v4-indexes";
import { IndexStore } from "../store/index-store";
import type { DocVersion } from "../store";
import { compare } from "./compare";
import { fromStore, toStore } from "./convert";
import { permissionDenied } from "./documents";
import { each, invalidArgument, wrongType, type Position } from "./errors";
import type { CallSite } from "./functions/define";
import { boundOf, shownBound } from "./set-limits";
import { historyPage } from "./history";
import { fromAll, isCompatible, shapeOf, turned } from "./set-shapes";
import { itemsOf } from "./pages";
import {
  isArray,
  type Lambda,
  Ref,
  type SetItem,
  type SetOrder,
  type SetPlace,
  SetRef,
  type SetView,
  shownOf,
  type V4Value,
} from "./values";

/** What an index lists of an item; without values it lists the document. */
function rowOf({ values, ref }: SetPlace): readonly V4Value[] {
  return values.length || !ref ? values : [ref];
}

/** The order of a set: by the values that its index lists, some of them backwards, and then by document. */
function orderBy(site: CallSite, backwards: readonly boolean[] = []): SetOrder {
  const refs = site.evaluator.references.order;
  return (a, b) => {
    const listed = a.values.length || b.values.length;
    const [x, y] = listed ? [rowOf(a), rowOf(b)] : [[], []];
    for (let i = 0; i < Math.min(x.length, y.length); i++) {
      const order = compare(x[i]!, y[i]!, refs);
      if (order) return backwards[i] ? -order : order;
    }
    return a.ref && b.ref ? refs(a.ref, b.ref) : 0;
  };
}

function made(
  of: SetRef,
  shown: SetView["shown"],
  site: CallSite,
  elements: SetView["elements"],
  more: Partial<SetView> = {},
): SetRef {
  const order = of.view?.order ?? orderBy(site);
  const width = of.view?.width ?? 0;
  const reversed = shapeOf(of);
  return new SetRef(of.collection, { shown, elements, order, width, reversed, ...more });
}

function held(set: SetRef, site: CallSite, parameter: string): readonly SetItem[] {
  return itemsOf(set, site.evaluator, site.at(parameter));
}

/** What an index lists under some terms: several terms are an array, and without any it lists all. */
export function matched(
  index: Ref,
  version: DocVersion,
  terms: V4Value | undefined,
  site: CallSite,
  parameter: string,
): SetRef {
  const { references, context } = site.evaluator.within(index.database);
  const wanted = terms === undefined ? [] : isArray(terms) ? terms : [terms];
  const stored = wanted.map((term, i) => {
    const at =
      terms !== undefined && isArray(terms) ? [...site.at(parameter), i] : site.at(parameter);
    if (term instanceof Ref && references.undefinedPart(term))
      throw wrongType(["Any"], typeName(term), at);
    return toStore(term, references, at);
  });
  const bucket = IndexStore.bucket(stored);
  const name = v4IndexName(version);
  const order = orderBy(site, reversedValues(version));
  const elements = (at: Position): SetItem[] => {
    const seesAll = mayReadIndex(context, index.id, stored, "unrestricted_read");
    if (!seesAll && !mayReadIndex(context, index.id, stored)) throw permissionDenied(at);
    return sourcesOf(context.db, version)
      .flatMap((coll) => {
        const store = context.db.collection(coll).index(name);
        const entries = [...(store?.scan(bucket, context.readTs, {}, false, null) ?? [])];
        const isSeen = ({ id }: { readonly id: bigint }): boolean => {
          const found = readDocument(context, { kind: "doc", coll, id });
          return typeof found !== "string" || (seesAll && found === "permission denied");
        };
        const seen = entries.filter(isSeen);
        return seen.map(({ values, id }): SetItem => ({
          values: values.map((value) => fromStore(value, references)),
          ref: references.toRef({ coll, id }),
          sources: [made],
        }));
      })
      .sort(order);
  };
  // A set among the terms is shown as it is stored.
  const named = wanted.map((term, i) =>
    term instanceof SetRef ? fromStore(stored[i]!, references) : term,
  );
  const [only] = named;
  const shown =
    only === undefined
      ? { match: index }
      : { match: index, terms: named.length > 1 ? named : only };
  const width = valueCount(version);
  const reversed = [...reversedValues(version), false];
  const made = new SetRef(index, { shown, elements, order, width, reversed });
  return made;
}

/** What a predicate keeps of a set; it is asked when the set is read. */
export function filtered(set: SetRef, predicate: Lambda, site: CallSite): SetRef {
  const keeps = (item: SetItem, at: Position): boolean => {
    const holds = site.evaluator.apply(predicate, shownOf(item), at);
    if (typeof holds === "boolean") return holds;
    throw wrongType(["Boolean"], typeName(holds), at);
  };
  return made(
    set,
    { filter: predicate, collection: set },
    site,
    (at) => held(set, site, "collection").filter((item) => keeps(item, [...at, "filter"])),
    { sparse: true },
  );
}

export function reversed(set: SetRef, site: CallSite): SetRef {
  const order = set.view?.order ?? orderBy(site);
  const elements = (): SetItem[] => [...held(set, site, "reverse")].reverse();
  return made(set, { reverse: set }, site, elements, {
    order: (a, b) => -order(a, b),
    reversed: turned(shapeOf(set)),
    twiceInCursor: shapeOf(set).length === 1,
  });
}

function sameValues(a: SetItem, b: SetItem): boolean {
  return compare(shownOf(a), shownOf(b)) === 0;
}

/** Of several documents with the same values the first; without values each document is one of its own. */
export function distinctSet(set: SetRef, site: CallSite): SetRef {
  const elements = (): SetItem[] =>
    held(set, site, "distinct").filter((item, i, all) => i === 0 || !sameValues(item, all[i - 1]!));
  return made(set, { distinct: set }, site, elements);
}

/** `union`, `intersection` or `difference` of sets: `keeps` says of whom a document must be. */
export function combined(
  name: string,
  sets: readonly SetRef[],
  keeps: (has: readonly boolean[]) => boolean,
  site: CallSite,
): SetRef {
  const [first] = sets;
  const clashes = sets.slice(1).filter((set, i) => !isCompatible(sets[i]!, set));
  each(clashes, () => {
    throw invalidArgument("Sets are not compatible.", site.at(name));
  });
  const order = first!.view?.order ?? orderBy(site);
  const elements = (): SetItem[] => {
    const parts = sets.map((set) => held(set, site, name));
    const all = parts.flat().sort(order);
    return all
      .filter((item, i) => i === 0 || !sameValues(item, all[i - 1]!))
      .filter((item) => keeps(parts.map((part) => part.some((other) => sameValues(other, item)))))
      .map((item) =>
        fromAll(
          item,
          all.filter((other) => sameValues(other, item)),
        ),
      );
  };
  return made(first!, { [name]: sets.length === 1 ? first! : sets }, site, elements);
}

/**
 * From some values to others, both included; of a set without values they are documents. An empty array is no bound; what
 * is no document meets nothing where documents are wanted.
 */
export function ranged(set: SetRef, from: V4Value, to: V4Value, site: CallSite): SetRef {
  const order = set.view?.order ?? orderBy(site);
  const elements = (): SetItem[] => {
    const items = held(set, site, "range");
    const listsValues = items.some(({ values }) => values.length);
    const [low, high] = [from, to].map((limit) => boundOf(limit, listsValues));
    if (low === null || high === null) return [];
    return items.filter(
      (item) => (!low || order(item, low) >= 0) && (!high || order(item, high) <= 0),
    );
  };
  const [low, high] = [from, to].map((limit) => shownBound(limit, set.view?.width ?? 0));
  return made(set, { range: set, from: low!, to: high! }, site, elements, { timeless: true });
}

/** A document alone, as long as it is there. */
export function singleton(ref: Ref, site: CallSite): SetRef {
  const elements = (at: Position): SetItem[] => {
    const { references, context } = site.evaluator.within(ref.database);
    const document = references.toDocument(ref);
    const found = document ? readDocument(context, document) : "not found";
    if (found === "permission denied") throw permissionDenied(at);
    return typeof found === "string" ? [] : [{ values: [], ref, sources: [only] }];
  };
  const only = made(new SetRef(ref), { singleton: ref }, site, elements);
  return only;
}

/** The history of a document or set, which only pages show. */
export function events(of: Ref | SetRef, site: CallSite): SetRef {
  const from = of instanceof SetRef ? of : new SetRef(of);
  const self = made(from, { events: of }, site, () => [], {
    page: (options, at) => historyPage(of, options, site.evaluator, at, self),
  });
  return self;
}

/** For each document of a set those of another set, which a lambda makes, or an index under that document. */
export function joined(
  set: SetRef,
  using: Lambda | Ref,
  other: (item: SetItem, at: Position) => SetRef,
  of: readonly boolean[],
  site: CallSite,
): SetRef {
  let found: SetOrder = orderBy(site);
  const order: SetOrder = (a, b) => found(a, b);
  return new SetRef(set.collection, {
    shown: { join: set, with: using },
    reversed: of,
    order,
    elements: (at) => {
      const others = held(set, site, "join").map((item) => other(item, at));
      found = others[0]?.view?.order ?? found;
      const all = others.flatMap((each) => itemsOf(each, site.evaluator, at));
      return all.sort(order).filter((item, i) => i === 0 || order(item, all[i - 1]!) !== 0);
    },
  });
}
