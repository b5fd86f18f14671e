import type { IndexRange } from "../../store/index-store";
import type { Context } from "../model/context";
import type { QueryError } from "../errors";
import type { IndexDefinition } from "../model/collections";
import { toData } from "../model/stored";
import { isIndexable } from "../values/indexable";
import { array, isNull, NULL, type Value } from "../values/value";
import { isIdLike, toId } from "../values/ids";

type Side = "from" | "to";

const MIN_ID = 0n;
const MAX_ID = 2n ** 63n - 1n;

function invalid(cx: Context, reason: string): QueryError {
  return cx.error("invalid_argument", `invalid argument \`range\`: ${reason}`);
}

/** A document, or what its id can be given as, as that id. */
function documentId(cx: Context, side: Side, value: Value): Value {
  if (typeof value === "object" && value.kind === "doc") return { kind: "id", value: value.id };
  if (isIdLike(value)) return { kind: "id", value: toId(value) };
  throw invalid(cx, `The \`${side}\` field must be a document id.`);
}

/** A limit for values that are ids: null is below all, and what is no id above them. */
function idLimit(value: Value): Value {
  if (isNull(value)) return { kind: "id", value: MIN_ID };
  if (typeof value === "object" && value.kind === "doc") return { kind: "id", value: value.id };
  return { kind: "id", value: isIdLike(value) ? toId(value) : MAX_ID };
}

function limit(
  cx: Context,
  side: Side,
  given: Value,
  values: IndexDefinition["values"],
): readonly Value[] {
  if (!values.length) return [documentId(cx, side, given)];
  const isArray = typeof given === "object" && given.kind === "array";
  // An index of a single value may list arrays: one that begins like the limit is within it, so a null closes the limit.
  const single = isArray && side === "to" ? array([...given.items, NULL]) : given;
  const items = isArray && values.length > 1 ? given.items : [single];
  if (items.length > values.length)
    throw invalid(cx, `The field \`${side}\` can have at most ${values.length} values`);
  return items.map((item, i) => {
    if (values[i]!.path.join(".") === "id") return idLimit(item);
    return indexable(cx, item, () =>
      invalid(
        cx,
        `The \`${side}\` field should be either an indexable value or an array of values`,
      ),
    );
  });
}

/** A value as indexes hold it, or the error that there is none. */
export function indexable(cx: Context, value: Value, otherwise: () => QueryError): Value {
  if (!isIndexable(value)) throw otherwise();
  return toData(cx, value, "");
}

/** The limits that `{ from, to }` sets on the values of an index, or on ids where it lists none. */
export function rangeOf(
  cx: Context,
  range: Value | undefined,
  values: IndexDefinition["values"],
): IndexRange {
  if (range === undefined) return {};
  const fields = typeof range === "object" && range.kind === "object" ? range.fields : null;
  const [from, to] = [fields?.get("from"), fields?.get("to")];
  if (from === undefined && to === undefined) {
    const wanted = "`{ from }`, `{ to }`, or `{ from, to }` fields";
    throw invalid(cx, `should be an object contining ${wanted}`);
  }
  return {
    ...(from === undefined ? {} : { from: limit(cx, "from", from, values) }),
    ...(to === undefined ? {} : { to: limit(cx, "to", to, values) }),
  };
}
