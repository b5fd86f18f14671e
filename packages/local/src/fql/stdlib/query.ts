import type { DocumentId } from "../../store/caller";
import type { Context } from "../model/context";
import { double, long } from "../values/numbers";
import { array, nullBecause, object, NULL, type Value } from "../values/value";
import { implement } from "./implement";
import type { TypeTable } from "./method";

/** A claim of a token: integers are longs, whatever their size. */
function claim(value: unknown): Value {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return long(value);
  if (typeof value === "number") return double(value);
  if (Array.isArray(value)) return array(value.map(claim));
  if (typeof value === "object" && value !== null)
    return object(
      Object.entries(value).map(([name, each]): [string, Value] => [name, claim(each)]),
    );
  return NULL;
}

export function claimsValue(claims: Readonly<Record<string, unknown>>): Value {
  return claim(claims);
}

function documentOr(cx: Context, document: DocumentId | undefined, reason: string): Value {
  return document ? { kind: "doc", ...document } : nullBecause(reason, cx.frame!.span);
}

/** Functions of `Query`. */
export const QUERY_MODULE: TypeTable = implement("Module", {
  "identity() => { *: Any } | Null": (cx) => documentOr(cx, cx.caller.identity, "missing identity"),
  "isEnvProtected() => Boolean": (cx) => cx.db.isProtected,
  "isEnvTypechecked() => Boolean": (cx) => cx.db.typechecked,
  "token() => { *: Any } | { *: Any } | Null": (cx) =>
    cx.caller.claims ? claimsValue(cx.caller.claims) : documentOr(cx, cx.caller.token, "no token"),
});
