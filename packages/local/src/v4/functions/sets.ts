import {
  any,
  boolean,
  collectionRef,
  identifier,
  indexRef,
  integer,
  optional,
  ref,
  timestamp,
  type Cast,
} from "../casts";
import { wrongType } from "../errors";
import { elementsOf } from "../elements";
import { pageOf, type PageOptions } from "../pages";
import { events, matched, ranged, singleton } from "../set-views";
import {
  isArray,
  isObject,
  type Page,
  Ref,
  SetRef,
  typeName,
  UNNAMED_SOURCE,
  type V4Value,
} from "../values";
import { atTime } from "./documents";
import { define, type CallSite, type V4Function } from "./define";

const DEFAULT_SIZE = 64n;

/** Parameters of every form of `paginate`. */
const COMMON = {
  ts: optional(timestamp),
  size: optional(integer),
  events: optional(boolean),
  sources: optional(boolean),
};

interface Common {
  readonly paginate: unknown;
  readonly ts: { readonly nanos: bigint } | undefined;
  readonly size: bigint | undefined;
  readonly sources: boolean | undefined;
}

function paginate(args: Common, cursor: Omit<PageOptions, "size">, site: CallSite): V4Value {
  const { paginate: set, ts, size = DEFAULT_SIZE, sources = false } = args;
  if (!(set instanceof SetRef)) throw wrongType(["Ref", "Set"], "Ref", site.at("paginate"));
  const read = (): Page =>
    pageOf(set, { size: Number(size), ...cursor }, site.evaluator, site.at("paginate"));
  const page = ts ? atTime(ts.nanos, site, read) : read();
  return sources ? page.with(page.data.map(withSource)) : page;
}

/** The indexes of v4: those that FQL v10 defines in collections it does not find. */
const indexName: Cast<Ref> = (value, position, evaluator) =>
  indexRef(typeof value === "string" ? Ref.to("indexes", value) : value, position, evaluator);

const set: Cast<SetRef> = (value, position, evaluator) => {
  const found = identifier(value, position, evaluator);
  if (found instanceof SetRef) return found;
  throw wrongType(["Set"], typeName(value), position);
};

function withSource(value: V4Value): V4Value {
  return new Map<string, V4Value>([
    ["value", value],
    ["sources", [UNNAMED_SOURCE]],
  ]);
}

function fromCursor(cursor: V4Value, site: CallSite): Omit<PageOptions, "size"> {
  if (cursor === null) return {};
  if (!isObject(cursor)) throw wrongType(["Object"], typeName(cursor), site.at("cursor"));
  const after = cursor.get("after");
  const before = cursor.get("before");
  return { ...(after === undefined ? {} : { after }), ...(before === undefined ? {} : { before }) };
}

function end(name: "first" | "last", position: 0 | -1): V4Function {
  const either: Cast<readonly V4Value[] | SetRef> = (value, at, evaluator) => {
    if (isArray(value)) return value;
    const found = identifier(value, at, evaluator);
    if (found instanceof SetRef) return found;
    throw wrongType(["Array", "Set"], typeName(value), at);
  };
  return define({ [name]: either }, (args, site) => {
    const source = args[name] ?? [];
    return elementsOf(source, site, name).at(position) ?? null;
  });
}

export const sets: readonly V4Function[] = [
  define({ documents: collectionRef }, ({ documents }) => new SetRef(documents)),
  define({ paginate: identifier, after: optional(any), ...COMMON }, (args, site) =>
    paginate(args, args.after === undefined ? {} : { after: args.after }, site),
  ),
  define({ paginate: identifier, before: any, ...COMMON }, (args, site) =>
    paginate(args, { before: args.before }, site),
  ),
  define({ paginate: identifier, cursor: any, ...COMMON }, (args, site) =>
    paginate(args, fromCursor(args.cursor, site), site),
  ),
  define({ match: indexName, terms: optional(any) }, ({ match, terms }, site) => {
    const version = site.evaluator.references.schemaDocument(match);
    // What `indexName` lets through exists, unless it is the collection of all indexes.
    if (!version) throw wrongType(["Index Ref"], typeName(match), site.at("match"));
    return matched(match, version, terms, site);
  }),
  define({ range: set, from: any, to: any }, (args, site) =>
    ranged(args.range, args.from, args.to, site),
  ),
  define({ singleton: ref }, ({ singleton: only }, site) => singleton(only, site)),
  define({ events: identifier }, ({ events: of }, site) => events(of, site)),
  end("first", 0),
  end("last", -1),
];
