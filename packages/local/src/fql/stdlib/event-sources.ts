import type { Expr } from "../ast";
import type { Context } from "../evaluator/context";
import { THIS } from "../evaluator/this";
import { definitionOf, INDEX_PREFIX } from "../model/collections";
import { collectionName } from "../model/names";
import { isSystem, mayReadSome } from "../model/permissions";
import { ArraySource, SequenceSource, SingleSource, TransformedSource } from "../sets/collected";
import { DocumentSource } from "../sets/documents";
import {
  ConcatSource,
  DropSource,
  FlatMapSource,
  MapSource,
  ReversedSource,
  TakeSource,
  WhereSource,
} from "../sets/pipeline";
import type { SetSource } from "../sets/set-source";
import type { EventSourceValue, SetValue, Value } from "../values/value";

type Path = readonly string[];

const REFUSALS: readonly (readonly [new (...args: never[]) => SetSource, string])[] = [
  [TakeSource, "sets returned from `.take()`"],
  [DropSource, "sets returned from `.drop()`"],
  [ReversedSource, "sets that have been reversed"],
  [ConcatSource, "concatenated sets"],
  [FlatMapSource, "`.flatMap()` sets"],
  [SequenceSource, "sets created from `Set.sequence()`"],
  [ArraySource, "array sets"],
];

const TRANSFORMED = {
  order: "sets returned from `.order()`",
  distinct: "distinct sets",
  reverse: "sets that have been reversed",
};

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
  const kind =
    source instanceof TransformedSource
      ? TRANSFORMED[source.how]
      : REFUSALS.find(([refused]) => source instanceof refused)?.[1];
  return kind === undefined ? null : `streaming is not supported on ${kind}.`;
}

/** The source under the filters and mappings of a set. */
function baseOf(source: SetSource): SetSource {
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
  const path = short ? pathOf(field.body) : null;
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
  const missing = paths.find((path) => !covered.includes(path.join(".")));
  if (!missing) return;
  const reason = `\`${missing.join(".")}\` not covered by the \`${name}\` index.`;
  throw cx.error("invalid_argument", `invalid argument \`fields\`: ${reason}`);
}

/** What `eventSource`, `eventsOn` and their older names make of a set, or the error of one that cannot be streamed. */
export function eventSource(
  cx: Context,
  set: SetValue,
  method: string,
  fields: readonly Value[] = [],
): EventSourceValue {
  const base = baseOf(set.source);
  const reason = refusal(base);
  if (reason) throw cx.error("invalid_receiver", `can't call \`${method}\` because ${reason}`);
  const watched = fields.map((field, i) => watchedPath(cx, field, i));
  if (base instanceof DocumentSource) {
    if (!mayReadSome(cx, base.coll)) {
      const name = collectionName(cx, base.coll);
      throw cx.error(
        "permission_denied",
        `Insufficient privileges to read from collection ${name}.`,
      );
    }
    checkCovered(cx, base, watched);
  }
  return { kind: "eventSource", set, watched, startTs: cx.readTs };
}
