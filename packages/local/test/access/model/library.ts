import type { Cx } from "./context";
import { apply, isNull } from "./evaluate";
import { change, create, fieldOf, isSystem, remove } from "./documents";
import { eventSource, eventsOn } from "./sources";
import { allOf, indexOf, indexRows, listRows, TRANSFORMS, transformed, valuesOf } from "./sets";
import { changeSystem, createSystem, credentialOf, login } from "./system";
import {
  Day,
  Doc,
  EventSource,
  Failure,
  Named,
  Rec,
  Rows,
  sameValue,
  Time,
  type Value,
} from "./values";
import { paginate, resume } from "./pages";
import { encode } from "./wire";

type Args = readonly Value[];
type Method<T> = (cx: Cx, receiver: T, args: Args) => Value;

const rec = (value: Value | undefined): Rec => (value instanceof Rec ? value : new Rec(new Map()));

/** Functions that belong to no value. */
export const FUNCTIONS: Record<string, (cx: Cx, args: Args) => Value> = {
  Time: (_cx, [text]) => new Time(Math.trunc(Date.parse(String(text)) * 1000)),
  Date: (_cx, [text]) => new Day(String(text)),
  TransactionTime: (cx) => new Time(cx.world.now),
  newId: (cx) => cx.world.newId(),
  desc: (_cx, [key = null]) => new Rec(new Map([["desc", key]])),
  asc: (_cx, [key = null]) => key,
  log: () => null,
  dbg: (_cx, [value = null]) => value,
  abort: (cx, [value = null]) => {
    throw new Failure("abort", "Query aborted.", { abort: encode(cx, value) });
  },
};

const MODULES: Record<string, Record<string, (cx: Cx, args: Args) => Value>> = {
  Query: {
    token: (cx) => cx.caller.token,
    identity: (cx) => cx.caller.identity,
    isEnvTypechecked: () => true,
  },
  Time: {
    now: (cx) => new Time(cx.world.now),
    epoch: (_cx, [count, unit]) => new Time(span(count, unit)),
  },
  Object: { keys: (_cx, [object]) => [...rec(object).fields.keys()] },
  Set: {
    single: (_cx, [value = null]) =>
      listRows(
        [value],
        value instanceof Doc
          ? { coll: value.coll, single: value.id, steps: [] }
          : "streaming on `Set.single()` is only supported if its element is a document.",
      ),
    sequence: (_cx, [from, to]) =>
      listRows(
        Array.from({ length: Number(to) - Number(from) }, (_, i) => Number(from) + i),
        "streaming is not supported on sets created from `Set.sequence()`.",
      ),
    paginate: (cx, [cursor]) => resume(cx, String(cursor)),
  },
};

const COLLECTION: Record<string, Method<string>> = {
  all: (cx, coll) => allOf(cx, coll),
  byId: (cx, coll, [id]) => new Doc(coll, String(id), cx.history ? { asOf: cx.asOf! } : {}),
  byName: (_cx, coll, [name]) => new Doc(coll, String(name)),
  create: (cx, coll, [data]) =>
    isSystem(coll) ? createSystem(cx, coll, rec(data)) : create(cx, coll, rec(data)),
  createData: (cx, coll, [data]) => create(cx, coll, rec(data), true),
  where: (cx, coll, args) => transformed(cx, allOf(cx, coll), "where", args),
  firstWhere: (cx, coll, args) => VALUES["firstWhere"]!(cx, valuesOf(cx, allOf(cx, coll)), args),
};

const change1 =
  (replaces: boolean): Method<Doc> =>
  (cx, doc, [data]) =>
    isSystem(doc.coll) ? changeSystem(cx, doc, rec(data)) : change(cx, doc, rec(data), replaces);

const DOCUMENT: Record<string, Method<Doc>> = {
  exists: (cx, doc) => !isNull(cx, doc),
  update: change1(false),
  updateData: change1(false),
  replace: change1(true),
  replaceData: change1(true),
  delete: (cx, doc) => remove(cx, doc),
  verify: (cx, doc, [password]) => cx.world.system(doc.coll, doc.id, "password") === password,
  login: (cx, doc, [password]) => login(cx, doc, password ?? null),
};

const VALUES: Record<string, Method<readonly Value[]>> = {
  count: (_cx, values) => values.length,
  toArray: (_cx, values) => values,
  first: (_cx, values) => values[0] ?? null,
  last: (_cx, values) => values.at(-1) ?? null,
  firstWhere: (cx, values, [by = null]) =>
    values.find((value) => apply(cx, by, [value]) === true) ?? null,
  any: (cx, values, [by = null]) => values.some((value) => apply(cx, by, [value]) === true),
  every: (cx, values, [by = null]) => values.every((value) => apply(cx, by, [value]) === true),
  includes: (_cx, values, [wanted = null]) => values.some((value) => sameValue(value, wanted)),
  isEmpty: (_cx, values) => values.length === 0,
  nonEmpty: (_cx, values) => values.length > 0,
  forEach: (cx, values, [by = null]) => {
    for (const value of values) apply(cx, by, [value]);
    return null;
  },
  reduce: (cx, values, [by = null]) =>
    values.length
      ? values.slice(1).reduce((sum, value) => apply(cx, by, [sum, value]), values[0]!)
      : null,
  at: (_cx, values, [place]) => values[Number(place)] ?? null,
};

const ROWS: Record<string, Method<Rows>> = {
  pageSize: (_cx, rows, [size]) =>
    new Rows(rows.read, rows.followed, Number(size), rows.readReversed),
  paginate: (cx, rows, [size]) =>
    paginate(cx, rows, size === undefined ? rows.pageSize : Number(size)),
  eventSource: (cx, rows) => eventSource(cx, rows),
  toStream: (cx, rows) => eventSource(cx, rows),
  eventsOn: eventsOn,
  changesOn: eventsOn,
};

const UNITS: Record<string, number> = { second: 1e6, minute: 6e7, hour: 36e8, day: 864e8 };
const span = (count: Value | undefined, unit: Value | undefined): number =>
  Number(count) * UNITS[String(unit).replace(/s$/, "")]!;

const TIME: Record<string, Method<Time>> = {
  add: (_cx, time, [count, unit]) => new Time(time.micros + span(count, unit)),
  subtract: (_cx, time, [count, unit]) => new Time(time.micros - span(count, unit)),
  toMicros: (_cx, time) => time.micros,
};

export function method(cx: Cx, receiver: Value, name: string, args: Args): Value {
  if (receiver === null)
    throw new Failure("invalid_null_access", `Cannot access \`${name}\` on null.`);
  const found = methodOf(cx, receiver, name);
  if (found) return found(args);
  if (receiver instanceof Rec && receiver.fields.has(name))
    return apply(cx, fieldOf(cx, receiver, name), args);
  if (receiver instanceof Doc) fieldOf(cx, receiver, name);
  throw new Failure(
    "invalid_function_invocation",
    `The function \`${name}\` does not exist on \`${kindName(receiver)}\``,
  );
}

function kindName(value: Value): string {
  return value instanceof Doc ? "Doc" : value instanceof Rec ? "{ *: Any }" : "Any";
}

function methodOf(cx: Cx, receiver: Value, name: string): ((args: Args) => Value) | undefined {
  const of = <T extends Value>(table: Record<string, Method<T>>, value: T) =>
    Object.hasOwn(table, name) ? (args: Args): Value => table[name]!(cx, value, args) : undefined;
  if (receiver instanceof Named) return named(cx, receiver, name);
  if (receiver instanceof Doc) return of(DOCUMENT, receiver);
  if (receiver instanceof Time) return of(TIME, receiver);
  if (receiver instanceof EventSource && (name === "where" || name === "map"))
    return ([by]) => followedBy(receiver, name, by as never);
  if (typeof receiver === "string" && name === "toUpperCase") return () => receiver.toUpperCase();
  if (typeof receiver === "string" && name === "includes")
    return ([part]) => includes(receiver, part ?? null);
  if (receiver instanceof Rows && Object.hasOwn(TRANSFORMS, name))
    return (args) => transformed(cx, receiver, name, args);
  if (receiver instanceof Rows && Object.hasOwn(ROWS, name)) return of(ROWS, receiver);
  if (receiver instanceof Rows) return of(VALUES, valuesOf(cx, receiver));
  if (!Array.isArray(receiver)) return undefined;
  const items = receiver as readonly Value[];
  if (name === "toSet") return () => listRows(items, "streaming is not supported on array sets.");
  if (!Object.hasOwn(TRANSFORMS, name)) return of(VALUES, items);
  return (args) => valuesOf(cx, transformed(cx, listRows(items, ""), name, args));
}

function includes(text: string, part: Value): boolean {
  if (typeof part !== "string") throw new Failure("invalid_argument", "not a String");
  return text.includes(part);
}

function followedBy(
  { followed, watched, ts, onFields }: EventSource,
  kind: "where" | "map",
  by: never,
): EventSource {
  return new EventSource(
    { ...followed, steps: [...followed.steps, { kind, by }] },
    watched,
    ts,
    onFields,
  );
}

function named(cx: Cx, { name: owner }: Named, name: string): ((args: Args) => Value) | undefined {
  const own = MODULES[owner]?.[name];
  if (own) return (args) => own(cx, args);
  const isIndex = indexOf(cx, owner, name) !== null;
  if (isIndex) return (args) => indexRows(cx, owner, name, args);
  if (name === "byDocument") return ([doc]) => credentialOf(cx, owner, doc as Doc);
  return Object.hasOwn(COLLECTION, name) ? (args) => COLLECTION[name]!(cx, owner, args) : undefined;
}
