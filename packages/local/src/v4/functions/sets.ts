import { typeName } from "../type-names";
import {
  any,
  boolean,
  collectionRef,
  identifier,
  indexName,
  integer,
  lambdaOr,
  optional,
  ref,
  resolvedIn,
  readTime,
  type Cast,
} from "../casts";
import { invalidArgument, V4Error, wrongType } from "../errors";
import { checkEffect } from "../effects";
import { elementsOf } from "../elements";
import { reversedValues } from "../../fql/model/v4-indexes";
import { pageOf } from "../pages";
import { events, joined, matched, ranged, singleton } from "../set-views";
import {
  isArray,
  isObject,
  Lambda,
  Page,
  type PageOptions,
  Ref,
  SetRef,
  shownOf,
  UNNAMED_SOURCE,
  type V4Value,
} from "../values";
import { define, since, type CallSite, type V4Function } from "./define";
import { atTime } from "./history";

const DEFAULT_SIZE = 64n;

/** Parameters of every form of `paginate`. */
const COMMON = {
  ts: optional(readTime),
  size: optional(integer),
  events: optional(boolean),
  sources: optional(boolean),
};

interface Common {
  readonly paginate: Ref | SetRef;
  readonly ts: { readonly nanos: bigint } | undefined;
  readonly size: bigint | undefined;
  readonly sources: boolean | undefined;
  readonly events: boolean | undefined;
}

function paginate(args: Common, cursor: Omit<PageOptions, "size">, site: CallSite): V4Value {
  const { paginate: of, ts, size = DEFAULT_SIZE, sources = false } = args;
  // A document is a set of itself, and with `events` everything is a set of what happened to it.
  const isHistory = of instanceof SetRef && of.view?.page !== undefined;
  const set =
    args.events && !isHistory ? events(of, site) : of instanceof SetRef ? of : singleton(of, site);
  const read = (): Page =>
    pageOf(set, { size: Number(size), ...cursor }, site.evaluator, site.at("paginate"));
  for (const [name, given] of Object.entries(cursor))
    resolvedIn(given as V4Value, site.at(name), site.evaluator);
  // Of what happened there is as much as there is.
  const isPast = ts !== undefined && set.view?.page !== undefined;
  const page = isPast
    ? site.evaluator.context.withReadTime({ ts: Number(ts.nanos / 1000n), by: "event" }, read)
    : ts
      ? atTime(ts.nanos, of, site, read)
      : read();
  return sources ? sourced(page) : page;
}

const set: Cast<SetRef> = (value, position, evaluator) => {
  const found = identifier(value, position, evaluator);
  if (found instanceof SetRef) return found;
  throw wrongType(["Set"], typeName(value), position);
};

/** `parameter` is the one that has the terms. */
function matching(
  index: Ref,
  terms: V4Value | undefined,
  site: CallSite,
  parameter = "terms",
): SetRef {
  const version = site.evaluator.references.schemaDocument(index);
  if (version) return matched(index, version, terms, site, parameter);
  const description = `Ref refers to undefined index '${index.id}'`;
  throw new V4Error("invalid ref", description, site.at("index"));
}

/** With where each comes from; so are the cursors of what is taken of such a page. */
function sourced({ data, before, after, cursors, sources }: Page): Page {
  const named = (values: readonly V4Value[]): V4Value[] =>
    values.map((value, i) => withSources(value, sources[i]));
  return new Page(named(data), before, after, named(cursors));
}

function withSources(value: V4Value, sources: readonly SetRef[] = [UNNAMED_SOURCE]): V4Value {
  return new Map<string, V4Value>([
    ["value", value],
    ["sources", sources],
  ]);
}

function shapeOfIndex(index: Ref, site: CallSite): readonly boolean[] {
  const version = site.evaluator.references.schemaDocument(index);
  return version ? [...reversedValues(version), false] : [];
}

function fromCursor(cursor: V4Value, site: CallSite): Omit<PageOptions, "size"> {
  if (cursor === null) return {};
  const [key, ...more] = isObject(cursor) ? cursor.keys() : [];
  if (!isObject(cursor) || more.length || (key !== "after" && key !== "before"))
    throw invalidArgument(
      "Invalid cursor object. Expected an object with either 'before' or 'after' key in it.",
      site.at("cursor"),
    );
  const after = cursor.get("after");
  const before = cursor.get("before");
  return { ...(after === undefined ? {} : { after }), ...(before === undefined ? {} : { before }) };
}

/**
 * Whether a set lists values, as a reversed one does in any case; the server looks for the last of such a set in front of
 * the first, and finds nothing.
 */
function listsValues({ view }: SetRef, site: CallSite): boolean {
  if (view && "reverse" in view.shown) return true;
  return view?.elements(site.at("last")).some(({ values }) => values.length > 0) ?? false;
}

function end(name: "first" | "last", position: 0 | -1): V4Function {
  const either: Cast<readonly V4Value[] | SetRef> = (value, at, evaluator) => {
    if (isArray(value)) return value;
    if (value instanceof Page) throw wrongType(["Set", "Array"], "Page", at);
    const found = identifier(value, at, evaluator);
    if (found instanceof SetRef) return found;
    throw wrongType(["Array", "Set"], typeName(value), at);
  };
  return define({ [name]: either }, (args, site) => {
    const source = args[name] ?? [];
    const isLost = name === "last" && source instanceof SetRef && listsValues(source, site);
    const found = isLost ? undefined : elementsOf(source, site, name).at(position);
    if (found !== undefined) return found;
    const what = isArray(source) ? "array" : "set";
    throw invalidArgument(`Non-empty ${what} expected.`, site.at(name));
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
  define({ match: indexName, terms: optional(any) }, ({ match, terms }, site) =>
    matching(match, terms, site),
  ),
  define({ match: any, index: indexName }, ({ match, index }, site) =>
    matching(index, match, site, "match"),
  ),
  define({ join: set, with: lambdaOr(any) }, ({ join, with: using }, site) => {
    if (using instanceof Lambda) checkEffect(using.expression.body, "pure", site.at("with"));
    if (using instanceof Lambda)
      return joined(
        join,
        using,
        (item, at) => {
          const within = [...at, "with"];
          const found = site.evaluator.apply(using, shownOf(item), within);
          return set(found, within, site.evaluator);
        },
        [],
        site,
      );
    if (!(using instanceof Ref) || using.schemaClass !== "indexes")
      throw wrongType(["Lambda", "Index Ref"], typeName(using), site.at("with"));
    const index = indexName(using, site.at("with"), site.evaluator);
    return joined(
      join,
      index,
      (item) => matching(index, item.values.length ? item.values : [item.ref], site),
      shapeOfIndex(index, site),
      site,
    );
  }),
  define({ range: set, from: any, to: any }, (args, site) =>
    ranged(args.range, args.from, args.to, site),
  ),
  define({ singleton: ref }, ({ singleton: only }, site) => singleton(only, site)),
  define({ events: identifier }, ({ events: of }, site) => {
    if (of instanceof SetRef && of.view?.page)
      throw invalidArgument("Set does not support events history.", site.position);
    return events(of, site);
  }),
  ...since("4", end("first", 0), end("last", -1)),
];
