import { SYSTEM_COLLECTIONS } from "../../store/system";
import type { Context } from "../model/context";
import type { Span } from "../source";
import { kindOf, type Kind, type Value } from "../values/value";

const KINDS: ReadonlyMap<string, readonly Kind[]> = new Map<string, readonly Kind[]>([
  ["Array", ["array"]],
  ["Boolean", ["boolean"]],
  ["Bytes", ["bytes"]],
  ["Date", ["date"]],
  ["Doc", ["doc"]],
  ["Double", ["double"]],
  ["EventSource", ["eventSource"]],
  ["Float", ["double"]],
  ["ID", ["id"]],
  ["Int", ["int"]],
  ["Long", ["long"]],
  ["Null", ["null"]],
  ["Number", ["int", "long", "double"]],
  ["Object", ["object", "doc", "module", "collection"]],
  ["Set", ["set"]],
  ["SetCursor", ["cursor"]],
  ["String", ["string"]],
  ["Struct", ["object"]],
  ["Time", ["time"]],
  ["TransactionTime", ["transactionTime"]],
  ["UUID", ["uuid"]],
]);

const FUNCTIONS: ReadonlySet<Kind> = new Set(["lambda", "udf", "method"]);

/** `value isa Type`: by kind for modules, by collection for documents. */
export function isa(cx: Context, value: Value, type: Value, place: Span): boolean {
  if (typeof type === "object" && type.kind === "collection") {
    if (typeof value !== "object") return false;
    if (type.id === SYSTEM_COLLECTIONS.Function && FUNCTIONS.has(value.kind)) return true;
    return value.kind === "doc" && value.coll === type.id;
  }
  if (typeof type === "object" && type.kind === "module")
    return KINDS.get(type.name)?.includes(kindOf(value)) ?? false;
  throw cx.errorAt(
    place,
    "invalid_argument",
    "invalid argument `type_object`: expected a module object",
  );
}
