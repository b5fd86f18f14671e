import { bodyOf } from "../model/calls";
import type { Expr } from "../ast";
import type { Context } from "../model/context";
import { THIS } from "../model/this";
import { definitionOf, INDEX_PREFIX } from "../model/collections";
import { collectionName } from "../model/names";
import { isSystem, mayRead, mayReadSome } from "../model/permissions";
import {
  ArraySource,
  DistinctSource,
  OrderedSource,
  SequenceSource,
  SingleSource,
} from "../sets/collected";
import { DocumentSource } from "../sets/documents";
import {
  ConcatSource,
  DropSource,
  FlatMapSource,
  MapSource,
  Origin,
  ReversedSource,
  TakeSource,
  WhereSource,
} from "../sets/pipeline";
import { setOf } from "../sets/read-set";
import type { SetSource } from "../values/set-source";
import type { DocValue, EventSourceValue, SetValue, Value } from "../values/value";
import { implement } from "./implement";
import type { TypeTable } from "./method";

type Path = readonly string[];

const REFUSALS: readonly (readonly [new (...args: never[]) => SetSource, string])[] = [
  [TakeSource, "sets returned from `.take()`"],
  [DropSource, "sets returned from `.drop()`"],
  [ReversedSource, "sets that have been reversed"],
  [ConcatSource, "concatenated sets"],
  [FlatMapSource, "`.flatMap()` sets"],
  [SequenceSource, "sets created from `Set.sequence()`"],
  [ArraySource, "array sets"],
  [OrderedSource, "sets returned from `.order()`"],
  [DistinctSource, "distinct sets"],
];

/** Why documents of a source cannot be streamed; null when they can. */
function documentRefusal(source: DocumentSource): string | null {
  if (isSystem(source.coll)) return "only collections and user defined indexes are streamable.";
  if (source.down) return "streaming is not supported on sets that have been reversed.";
  const ranged = source.range.from !== undefined || source.range.to !== undefined;
  return ranged ? "range queries are not supported yet, use `.where()` method instead." : null;
}

function refusal(source: SetSource): string | null {
  if (source instanceof DocumentSource) return documentRefusal(source);
  if (source instanceof SingleSource) {
    const { element } = source;
    const isDoc = typeof element === "object" && element.kind === "doc";
    return isDoc
      ? null
      : "streaming on `Set.single()` is only supported if its element is a document.";
  }
  const kind = REFUSALS.find(([refused]) => source instanceof refused)?.[1];
  return kind === undefined ? null : `streaming is not supported on ${kind}.`;
}

/** The source under the filters and mappings of a set. */
export function baseOf(source: SetSource): SetSource {
  return source instanceof MapSource || source instanceof WhereSource
    ? baseOf(source.inner)
    : source;
}

function pathOf(body: Expr): Path | null {
  if (body.kind !== "chain" || body.base.kind !== "this") return null;
  const names = body.links.map((link) =>
    link.kind === "field" && !link.optional ? link.name.text : null,
  );
  return names.every((name) => name !== null) ? names : null;
}

function watchedPath(cx: Context, field: Value, position: number): Path {
  const short = typeof field === "object" && field.kind === "lambda" && field.params[0] === THIS;
  const path = short ? pathOf(bodyOf(field)) : null;
  if (!path)
    throw cx.error(
      "invalid_argument",
      `invalid argument \`${position}\`: invalid field path given`,
    );
  return path;
}

/** An index tells only of changes of what it covers. */
function checkCovered(cx: Context, source: DocumentSource, paths: readonly Path[]): void {
  if (!source.index.startsWith(INDEX_PREFIX)) return;
  const name = source.index.slice(INDEX_PREFIX.length);
  const index = definitionOf(cx, source.coll).indexes.get(name);
  const covered = [...(index?.terms ?? []), ...(index?.values ?? [])].map(({ path }) =>
    path.join("."),
  );
  if (covered.includes("ts")) return;
  const missing = paths
    .map((path) => path.join("."))
    .filter((path) => path !== "id" && !covered.includes(path));
  if (!missing.length) return;
  const listed = missing.map((path) => `\`${path}\``).join(", ");
  const reason = `${listed} not covered by the \`${name}\` index.`;
  throw cx.error("invalid_argument", `invalid argument \`fields\`: ${reason}`);
}

const ON_FIELDS = new Set([".eventsOn()", ".changesOn()"]);

/** Fields are watched of a whole set only. It is looked at again when the source is opened, with all that it went through. */
export const NOT_ON_THE_SET =
  "can't call `.changesOn()` because it was not called on the source set.";

const IN_THE_PAST = "streaming is not supported for sets created within an `at()` expression.";

/** The refusal to follow a single document that the reader may not see. */
export const NO_SINGLE = "Insufficient privileges to create a stream on the source document.";

function isDocument(base: SetSource): base is SingleSource & { readonly element: DocValue } {
  if (!(base instanceof SingleSource)) return false;
  const { element } = base;
  return typeof element === "object" && element.kind === "doc";
}

/** A source with one more filter or mapping. */
function extended(Step: typeof WhereSource | typeof MapSource) {
  return (cx: Context, self: EventSourceValue, fn: Value): Value => {
    const set = setOf(cx, new Step(self.set.source, fn, new Origin(cx)), self.set);
    return { ...self, set };
  };
}

/** Methods of event sources. */
export const EVENT_SOURCE_TABLE: TypeTable = implement("EventSource", {
  "map(mapper: A => B) => EventSource<B>": extended(MapSource),
  "toString() => String": () => "[event source]",
  "where(predicate: Predicate<A>) => EventSource<A>": extended(WhereSource),
});

/** What `eventSource`, `eventsOn` and their older names make of a set, or the error of one that cannot be streamed. */
export function eventSource(
  cx: Context,
  set: SetValue,
  name: string,
  fields: readonly Value[] = [],
): EventSourceValue {
  const watched = fields.map((field, i) => watchedPath(cx, field, i));
  const base = baseOf(set.source);
  const past = set.readTs !== undefined || (isDocument(base) && base.element.readTs !== undefined);
  const reason = past ? IN_THE_PAST : refusal(base);
  if (reason) throw cx.error("invalid_receiver", `can't call \`${name}\` because ${reason}`);
  if (isDocument(base) && !mayRead(cx, base.element))
    throw cx.error("permission_denied", NO_SINGLE);
  if (base instanceof DocumentSource) {
    if (!mayReadSome(cx, base.coll)) {
      throw cx.error(
        "permission_denied",
        `Insufficient privileges to read from collection ${collectionName(cx, base.coll)}.`,
      );
    }
  }
  if (ON_FIELDS.has(name) && (base !== set.source || set.pageSize !== undefined)) {
    throw cx.error("invalid_receiver", NOT_ON_THE_SET);
  }
  if (base instanceof DocumentSource) checkCovered(cx, base, watched);
  return { kind: "eventSource", set, watched, onFields: ON_FIELDS.has(name), startTs: cx.readTs };
}
