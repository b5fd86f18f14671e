import { FUNCTIONS, type MODULES } from "../../types/library";
import type { Context } from "../evaluator/context";
import { QueryError } from "../errors";
import { debug, display } from "../model/display";
import { literalNull, type Value } from "../values/value";
import { ARRAY_MODULE } from "./arrays";
import { decodeBase64 } from "./base64";
import { MATH_MODULE } from "./math";
import { implement, implementModule } from "./implement";
import type { TypeTable } from "./method";
import { OBJECT_MODULE } from "./objects";
import { QUERY_MODULE } from "./query";
import { ordering, SET_MODULE } from "./sets";
import { DATE_MODULE, TIME_MODULE } from "./times";
import { isIdLike, toId } from "../values/ids";

const ID_MODULE = implementModule("ID", {
  "": (cx, _self, id) => {
    if (isIdLike(id)) return { kind: "id", value: toId(id) };
    throw cx.error("invalid_id", `\`${debug(cx, id)}\` is not a valid ID.`);
  },
});

type Filled = {
  [Name in keyof typeof MODULES]: (typeof MODULES)[Name] extends "" ? never : Name;
}[keyof typeof MODULES];

function bytes(_cx: Context, _self: Value, text: string): Value {
  return { kind: "bytes", base64: decodeBase64(text) };
}

/** The modules that hold anything: that, and with the empty name what calling them does. */
const TABLES: Readonly<Record<Filled, TypeTable>> = {
  Array: ARRAY_MODULE,
  Bytes: implementModule("Bytes", { "": bytes, fromBase64: bytes }),
  Date: DATE_MODULE,
  ID: ID_MODULE,
  Math: MATH_MODULE,
  Object: OBJECT_MODULE,
  Query: QUERY_MODULE,
  Set: SET_MODULE,
  Time: TIME_MODULE,
  TransactionTime: implementModule("TransactionTime", { "": () => ({ kind: "transactionTime" }) }),
};
export const MODULE_TABLES: ReadonlyMap<string, TypeTable> = new Map(Object.entries(TABLES));

/** Functions without a module. */
export const GLOBAL_FUNCTIONS: TypeTable = implement<typeof FUNCTIONS, Value>(FUNCTIONS, {
  abort: (cx, _self, value) => {
    throw new QueryError("abort", "Query aborted.", cx.trace(), { abort: value });
  },
  asc: (_cx, _self, accessor) => ordering("asc", accessor),
  desc: (_cx, _self, accessor) => ordering("desc", accessor),
  dbg: (cx, _self, value) => {
    cx.logs.push({ level: "info", message: debug(cx, value), span: cx.frame!.span });
    return value;
  },
  log: (cx, _self, ...args) => {
    cx.logs.push({
      level: "info",
      message: args.map((arg) => display(cx, arg)).join(" "),
      span: cx.frame!.span,
      short: true,
    });
    return literalNull(cx.frame!.span);
  },
  newId: (cx) => ({ kind: "id", value: cx.db.newId() }),
});
