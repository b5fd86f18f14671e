import { documentAction } from "../word-casts";
import { mayWriteHistory } from "../../fql/model/permissions";
import { oldestReadable } from "../../fql/model/read";
import { sourcesOf } from "../../fql/model/v4-indexes";
import type { DocVersion } from "../../store";
import { object, optional, ref as refCast, timestamp } from "../casts";
import { fromFields } from "../convert";
import { notFound, permissionDenied } from "../documents";
import type { References } from "../references";
import { invalidArgument, TooOldError, V4Error } from "../errors";
import { EventView, type Ref, type SetRef, type V4Object } from "../values";
import { define, type CallSite, type V4Function } from "./define";
import { toFields } from "./fields";
import { checkReferences, refuseScoped } from "./reference-check";

/** Puts a version of a document, or null for its end, at a time; undefined is nothing at all. */
function rewrite(
  ref: Ref,
  nanos: bigint,
  version: Omit<DocVersion, "coll" | "id" | "ts"> | null | undefined,
  site: CallSite,
): void {
  const { context, references } = site.evaluator;
  const document = references.toDocument(ref);
  if (!document) throw notFound(site.position);
  const { coll, id } = document;
  const ts = Number(nanos / 1000n);
  if (ts > context.tx.ts)
    throw new V4Error(
      "invalid write time",
      "Cannot write outside of snapshot time.",
      site.position,
    );
  const written = version && { ...version, coll, id, ts };
  const judged = written ?? { coll, id, ts, data: new Map() };
  if (!mayWriteHistory(context, judged, written ? "create" : "delete"))
    throw permissionDenied(site.position);
  context.tx.rewrite([{ coll, id, ts, version: written }]);
}

function insert(
  args: { insert: Ref; ts: { nanos: bigint }; action: string; params: V4Object | undefined },
  site: CallSite,
): V4Object {
  const { insert: ref, ts, params } = args;
  const isEnd = args.action === "delete";
  refuseScoped(ref, site, "insert");
  if (ref.schemaClass !== undefined || ref.collection === null)
    throw invalidArgument("Cannot insert event for specified ref.", site.position);
  checkReferences(params ?? null, site.evaluator, site.position);
  const { data } = toFields(params, site, site.position);
  rewrite(ref, ts.nanos, isEnd ? null : { data }, site);
  return EventView.of({
    ts: ts.nanos / 1000n,
    action: isEnd ? "delete" : "create",
    document: ref,
    data: isEnd || !data.size ? null : fromFields(data, site.evaluator.references),
  });
}

/** Documents with a past that FQL v4 writes. */
export const history: readonly V4Function[] = [
  define(
    { insert: refCast, ts: timestamp, action: documentAction, params: optional(object) },
    (args, site) => insert(args, site),
  ),
  define({ remove: refCast, ts: timestamp, action: documentAction }, ({ remove, ts }, site) => {
    refuseScoped(remove, site, "remove");
    if (remove.schemaClass !== undefined || remove.collection === null)
      throw invalidArgument("Cannot remove event for specified ref.", site.position);
    rewrite(remove, ts.nanos, undefined, site);
    return null;
  }),
];

/** Whose history it is that is read of a document or a set. */
function collectionsOf(target: Ref | SetRef, references: References): readonly number[] {
  const of = target.collection;
  const index = of?.schemaClass === "indexes" ? references.schemaDocument(of) : undefined;
  const sources = index ? sourcesOf(references.db, index) : [];
  if (sources.length) return sources;
  return [(of && references.collectionId(of)) ?? 0];
}

/** Reads as of a time, if the history of what is read goes back that far. */
export function atTime<T>(
  nanos: bigint,
  target: Ref | SetRef,
  { evaluator: { context, references } }: CallSite,
  read: () => T,
): T {
  const oldest =
    BigInt(
      Math.max(
        ...collectionsOf(target, references).map((coll) =>
          oldestReadable(context.db, coll, context.tx.ts),
        ),
      ),
    ) * 1000n;
  if (nanos < oldest) throw new TooOldError(nanos, oldest);
  return context.withReadTime({ ts: Number(nanos / 1000n), by: "at" }, read);
}
