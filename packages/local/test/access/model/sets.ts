import { listOf } from "./listed";
import type { Cx } from "./context";
import { apply, past } from "./evaluate";
import { isSystem, look } from "./documents";
import { mayReadSome, noAccess } from "./rights";
import {
  at,
  compare,
  Doc,
  Failure,
  Rec,
  Rows,
  sameValue,
  type Fields,
  type Followed,
  Lambda,
  type Row,
  type Value,
} from "./values";

/** Rows of documents: those that whoever reads the set sees. What is made in the past stays there, and no other set does. */
function documentRows(
  cx: Cx,
  coll: string,
  followed: Followed | string,
  ids: (then: Cx) => string[],
): Rows {
  const { asOf, history } = cx;
  return new Rows((reader) => {
    const then: Cx = asOf === undefined ? reader : { ...reader, asOf, ...(history && { history }) };
    return ids(then).flatMap((id, place): Row[] => {
      const doc = new Doc(coll, id, past(cx));
      return typeof look(then, doc) === "string" ? [] : [{ value: doc, place }];
    });
  }, followed);
}

export function allOf(cx: Cx, coll: string): Rows {
  const followed = isSystem(coll)
    ? "only collections and user defined indexes are streamable."
    : { coll, steps: [] };
  return documentRows(cx, coll, followed, ({ world, asOf }) =>
    world.all(coll, asOf).map(({ id }) => id),
  );
}

interface Index {
  readonly terms: readonly Rec[];
  readonly values: readonly Rec[];
}

export function indexOf(cx: Cx, coll: string, name: string): Index | null {
  const indexes = cx.world.system("Collection", coll, "indexes");
  const found = indexes instanceof Rec ? indexes.fields.get(name) : null;
  if (!(found instanceof Rec)) return null;
  const list = (field: string): readonly Rec[] =>
    listOf(found.fields.get(field) ?? null) as readonly Rec[];
  return { terms: list("terms"), values: list("values") };
}

/** The values that a document is listed under below some terms; null where it is not listed there. */
export function entryOf(
  index: Index,
  terms: readonly Value[],
  fields: Fields | undefined,
): readonly Value[] | null {
  if (!fields) return null;
  const has = index.terms.every((term, i) => {
    const value = at(fields, String(term.fields.get("field")));
    const wanted = terms[i] ?? null;
    return term.fields.get("mva") === true
      ? listOf(value).some((item) => sameValue(item, wanted))
      : sameValue(value, wanted);
  });
  const values = index.values.map((value) => at(fields, String(value.fields.get("field"))));
  const isListed = !index.terms.length || terms.some((value) => value !== null);
  return has && isListed ? values : null;
}

export function indexRows(cx: Cx, coll: string, name: string, args: readonly Value[]): Rows {
  const index = indexOf(cx, coll, name)!;
  const terms = args.slice(0, index.terms.length);
  const range = args[terms.length];
  if (!mayReadSome(cx, coll)) throw noAccess(coll);
  const bound = (field: string): Value =>
    range instanceof Rec ? (range.fields.get(field) ?? null) : null;
  const signs = index.values.map((value) => (value.fields.get("order") === "desc" ? -1 : 1));
  const order = (a: readonly Value[], b: readonly Value[]): number =>
    signs
      .map((sign, i) => sign * compare(a[i] ?? null, b[i] ?? null))
      .find((difference) => difference) ?? 0;
  const within = ([first = null]: readonly Value[]): boolean =>
    (bound("from") === null || signs[0]! * compare(first, bound("from")) >= 0) &&
    (bound("to") === null || signs[0]! * compare(first, bound("to")) <= 0);
  const followed =
    range === undefined
      ? { coll, index: { name, terms }, steps: [] }
      : "range queries are not supported yet, use `.where()` method instead.";
  return documentRows(cx, coll, followed, ({ world, asOf }) =>
    world
      .all(coll, asOf)
      .flatMap(({ id, version }) => {
        const values = entryOf(index, terms, version.fields);
        return values && within(values) ? [{ id, values }] : [];
      })
      .sort((a, b) => order(a.values, b.values))
      .map(({ id }) => id),
  );
}

export function listRows(values: readonly Value[], followed: Followed | string): Rows {
  return new Rows(() => values.map((value, place) => ({ value, place })), followed);
}

/** A lambda that orders: as it is, or inside `asc` and `desc`. */
function ordering(cx: Cx, by: Value): (a: Value, b: Value) => number {
  const isDescending = by instanceof Rec;
  const key = isDescending ? by.fields.get("desc")! : by;
  const rank = (value: Value): Value => {
    const ranked = apply(cx, key, [value]);
    return typeof ranked === "string" && isId(key) ? BigInt(ranked) : ranked;
  };
  return (a, b) => (isDescending ? -1 : 1) * compare(rank(a), rank(b));
}

/** Whether a lambda gives an id, by its last link. Ids are texts that rank as numbers. */
function isId(key: Value): boolean {
  const last = key instanceof Lambda && key.body.kind === "chain" ? key.body.links.at(-1) : null;
  return last?.kind === "field" && last.name.text === "id";
}

/** @param sign - -1 in an ordered set that is reversed. */
function ordered(cx: Cx, rows: Row[], by: readonly Value[], sign = 1): Row[] {
  const orders = by.map((key) => ordering(cx, key));
  const compareRows = (a: Row, b: Row): number =>
    orders.map((order) => order(a.value, b.value)).find((difference) => difference) ?? 0;
  return rows.toSorted((a, b) => sign * compareRows(a, b));
}

type Transform = (cx: Cx, rows: Row[], args: readonly Value[]) => Row[];

/** What makes a set of a set, or an array of an array. */
export const TRANSFORMS: Record<
  string,
  { readonly apply: Transform; readonly unfollowed?: string }
> = {
  where: {
    apply: (cx, rows, [by = null]) => rows.filter((row) => apply(cx, by, [row.value]) === true),
  },
  map: {
    apply: (cx, rows, [by = null]) =>
      rows.map((row) => ({ ...row, value: apply(cx, by, [row.value]) })),
  },
  flatMap: {
    apply: (cx, rows, [by = null]) =>
      rows.flatMap((row) =>
        valuesOf(cx, apply(cx, by, [row.value])).map((value) => ({ ...row, value })),
      ),
    unfollowed: "`.flatMap()` sets.",
  },
  take: {
    apply: (_cx, rows, [count]) => rows.slice(0, Number(count)),
    unfollowed: "sets returned from `.take()`.",
  },
  drop: {
    apply: (_cx, rows, [count]) => rows.slice(Number(count)),
    unfollowed: "sets returned from `.drop()`.",
  },
  reverse: { apply: (_cx, rows) => rows.toReversed(), unfollowed: "sets that have been reversed." },
  distinct: {
    apply: (_cx, rows) =>
      rows
        .filter(({ value }, i) => rows.findIndex((other) => sameValue(other.value, value)) === i)
        .toSorted((a, b) => compare(a.value, b.value)),
    unfollowed: "distinct sets.",
  },
  concat: {
    apply: (cx, rows, [other = null]) => [
      ...rows,
      ...valuesOf(cx, other).map((value) => ({ value, place: Infinity })),
    ],
    unfollowed: "concatenated sets.",
  },
  order: {
    apply: ordered,
    unfollowed: "sets returned from `.order()`.",
  },
};

/** The values of a set or an array. */
export function valuesOf(cx: Cx, value: Value): readonly Value[] {
  if (value instanceof Rows) return value.read(cx).map((row) => row.value);
  if (Array.isArray(value)) return value as readonly Value[];
  throw new Failure("type_mismatch", "not a set");
}

/** Filters and mappers run with the rights of who reads the set, as its rows do, whoever made it. */
export function transformed(cx: Cx, rows: Rows, name: string, args: readonly Value[]): Rows {
  const { apply: transform, unfollowed } = TRANSFORMS[name]!;
  const [by] = args;
  const followed =
    typeof rows.followed === "string"
      ? rows.followed
      : unfollowed
        ? `streaming is not supported on ${unfollowed}`
        : {
            ...rows.followed,
            steps: [...rows.followed.steps, { kind: name as "where", by: by as Lambda }],
          };
  const { asOf, history } = cx;
  const time = asOf === undefined ? {} : { asOf, ...(history && { history }) };
  const then = (reader: Cx): Cx => ({ ...reader, ...time });
  const { read, readReversed, pageSize } = rows;
  if (name === "reverse" && readReversed) return new Rows(readReversed, followed, pageSize, read);
  const reversed = (reader: Cx): Row[] =>
    name === "order"
      ? ordered(then(reader), read(reader), args, -1)
      : transform(then(reader), readReversed!(reader), args);
  const staysOrdered = name === "order" || (readReversed && ["map", "where"].includes(name));
  return new Rows(
    (reader) => transform(then(reader), read(reader), args),
    followed,
    pageSize,
    staysOrdered ? reversed : undefined,
  );
}
