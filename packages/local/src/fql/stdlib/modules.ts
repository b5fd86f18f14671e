import type { Context } from "../model/context";
import { QueryError } from "../errors";
import { debug, display } from "../model/display";
import { literalNull, type Value } from "../values/value";
import { decodeBase64 } from "./base64";
import { implement } from "./implement";
import type { TypeTable } from "./method";
import { ordering } from "./sets";
import { isIdLike, toId } from "../values/ids";

function id(cx: Context, _self: Value, given: Value): Value {
  if (isIdLike(given)) return { kind: "id", value: toId(given) };
  throw cx.error("invalid_id", `\`${debug(cx, given)}\` is not a valid ID.`);
}

/** `ID(…)`. */
export const ID_MODULE: TypeTable = implement("Module", {
  "(id: String) => ID": id,
  "(id: Number) => ID": id,
});

function bytes(_cx: Context, _self: Value, text: string): Value {
  return { kind: "bytes", base64: decodeBase64(text) };
}

/** Functions of `Bytes`, and `Bytes(…)` itself. */
export const BYTES_MODULE: TypeTable = implement("Module", {
  "(encoded: String) => Bytes": bytes,
  "fromBase64(encoded: String) => Bytes": bytes,
});

/** `TransactionTime()`. */
export const TRANSACTION_TIME_MODULE: TypeTable = implement("Module", {
  "() => TransactionTime": () => ({ kind: "transactionTime" }),
});

/** Functions without a module. */
export const GLOBAL_FUNCTIONS: TypeTable = implement("Module", {
  "abort(return: Any) => Never": (cx, _self, value) => {
    throw new QueryError("abort", "Query aborted.", cx.trace(), { abort: value });
  },
  "asc(accessor: A => Any) => { asc: A => Any }": (_cx, _self, accessor) =>
    ordering("asc", accessor),
  "desc(accessor: A => Any) => { desc: A => Any }": (_cx, _self, accessor) =>
    ordering("desc", accessor),
  "dbg(value: A) => A": (cx, _self, value) => {
    cx.logs.push({ level: "info", message: debug(cx, value), span: cx.frame!.span });
    return value;
  },
  "log(args: ...Any) => Null": (cx, _self, ...args) => {
    cx.logs.push({
      level: "info",
      message: args.map((arg) => display(cx, arg)).join(" "),
      span: cx.frame!.span,
      short: true,
    });
    return literalNull(cx.frame!.span);
  },
  "newId() => ID": (cx) => ({ kind: "id", value: cx.db.newId() }),
});
