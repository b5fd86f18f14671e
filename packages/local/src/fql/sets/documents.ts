import { isNamed } from "../../store/system";
import type { IndexPosition, IndexRange } from "../../store/index-store";
import type { Context } from "../model/context";
import { mayRead, mayReadHistory } from "../model/permissions";
import { checkAge } from "../model/read";
import { array, type DocValue, type DocVersion } from "../values/value";
import type { Element, SourcePart, Position, SetSource } from "../values/set-source";

/** An index without terms is kept in so many parts, each of which is read. */
const PARTITIONS = 8;

/** One bucket of an index (or all documents): the documents of it that the reader may see. */
export class DocumentSource implements SetSource {
  constructor(
    readonly coll: number,
    readonly index: string,
    readonly bucket: string,
    readonly range: IndexRange,
    /** The time of the `at` that it was made in. Its documents ask for the right to history then, and no others. */
    readonly atTs: number | undefined,
    readonly down = false,
  ) {}

  *iterate(cx: Context, from: Position | null): Generator<Element> {
    const store = cx.db.collection(this.coll).index(this.index);
    const parts = store?.spec.terms.length ? 1 : PARTITIONS;
    cx.usage.reads.set(`set ${this.coll} ${this.index} ${this.bucket}`, parts);
    const ts = this.atTs ?? cx.readTs;
    if (cx.atTs !== undefined) checkAge(cx, this.coll, ts);
    for (const entry of store?.scan(
      this.bucket,
      ts,
      this.range,
      this.down,
      from as IndexPosition | null,
    ) ?? []) {
      cx.step();
      const version = cx.db.read(this.coll, entry.id, ts);
      const mayShow = this.atTs === undefined ? mayRead : mayReadHistory;
      if (version && mayShow(cx, version))
        yield {
          value: reference(this, version),
          at: { values: entry.values, id: entry.id } satisfies IndexPosition,
        };
    }
  }

  /** Backwards, also if it was so before: the server turns only the limits a second time. */
  reversed(): SetSource {
    const { from, to } = this.range;
    const turned = { ...(to ? { from: to } : {}), ...(from ? { to: from } : {}) };
    const range = this.down ? turned : this.range;
    return new DocumentSource(this.coll, this.index, this.bucket, range, this.atTs, true);
  }

  parts(): readonly SourcePart[] {
    const { from = [], to = [] } = this.range;
    const limits = [array(from), array(to)];
    return [this.coll, this.index, this.bucket, Number(this.down), this.atTs ?? 0, ...limits];
  }
}

function reference({ coll, atTs }: DocumentSource, { id, data }: DocVersion): DocValue {
  const name = isNamed(coll) ? data.get("name") : undefined;
  return {
    kind: "doc",
    coll,
    id,
    ...(typeof name === "string" ? { name } : {}),
    ...(atTs === undefined ? {} : { readTs: atTs }),
  };
}
