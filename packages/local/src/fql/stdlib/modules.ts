import type { Context } from "../evaluator/context";
import { QueryError } from "../errors";
import { debug, display } from "../model/display";
import { literalNull, type Value } from "../values/value";
import { ARRAY_MODULE } from "./arrays";
import { MATH_MODULE } from "./math";
import { method, methods, type Method, type TypeTable } from "./method";
import type { ModuleName } from "./module-names";
import { OBJECT_MODULE } from "./objects";
import { QUERY_MODULE } from "./query";
import { ordering, SET_MODULE } from "./sets";
import { DATE_MODULE, TIME_MODULE } from "./times";
import { isIdLike, toId } from "./types";

const EMPTY: TypeTable = { methods: new Map() };

const ID_MODULE: TypeTable = {
  methods: methods(
    method("(id: String) | (id: Number)", (cx: Context, _self: Value, [id]: [Value]) => {
      if (isIdLike(id)) return { kind: "id", value: toId(id) };
      throw cx.error("invalid_id", `\`${debug(cx, id)}\` is not a valid ID.`);
    }),
  ),
};

function bytes(text: string): Value {
  return { kind: "bytes", base64: Buffer.from(text, "base64").toString("base64") };
}

const BYTES_MODULE: TypeTable = {
  methods: methods(
    method("(encoded: String)", (_cx: Context, _self: Value, [text]: [string]) => bytes(text)),
    method("fromBase64(encoded: String)", (_cx: Context, _self: Value, [text]: [string]) =>
      bytes(text),
    ),
  ),
};

const TRANSACTION_TIME_MODULE: TypeTable = {
  methods: methods(method("()", (): Value => ({ kind: "transactionTime" }))),
};

/** The modules by name: what they hold, and with the empty name what calling them does. */
const TABLES: Readonly<Record<ModuleName, TypeTable>> = {
  Array: ARRAY_MODULE,
  Boolean: EMPTY,
  Bytes: BYTES_MODULE,
  Date: DATE_MODULE,
  Double: EMPTY,
  Doc: EMPTY,
  EventSource: EMPTY,
  FQL: EMPTY,
  Float: EMPTY,
  ID: ID_MODULE,
  Int: EMPTY,
  Long: EMPTY,
  Math: MATH_MODULE,
  Null: EMPTY,
  Number: EMPTY,
  Object: OBJECT_MODULE,
  Query: QUERY_MODULE,
  Set: SET_MODULE,
  SetCursor: EMPTY,
  String: EMPTY,
  Struct: EMPTY,
  Time: TIME_MODULE,
  TransactionTime: TRANSACTION_TIME_MODULE,
  UUID: EMPTY,
};
export const MODULES: ReadonlyMap<string, TypeTable> = new Map(Object.entries(TABLES));

/** Functions without a module. */
export const GLOBAL_FUNCTIONS: ReadonlyMap<string, Method> = methods(
  method("abort(return)", (cx: Context, _self: Value, [value]: [Value]): Value => {
    throw new QueryError("abort", "Query aborted.", cx.trace(), { abort: value });
  }),
  method("asc(accessor: Function1)", (_cx: Context, _self: Value, [accessor]: [Value]) =>
    ordering("asc", accessor),
  ),
  method("desc(accessor: Function1)", (_cx: Context, _self: Value, [accessor]: [Value]) =>
    ordering("desc", accessor),
  ),
  method("dbg(value)", (cx: Context, _self: Value, [value]: [Value]) => {
    cx.logs.push({ level: "info", message: debug(cx, value), span: cx.frame!.span });
    return value;
  }),
  method("log(...args)", (cx: Context, _self: Value, args: Value[]) => {
    cx.logs.push({
      level: "info",
      message: args.map((arg) => display(cx, arg)).join(" "),
      span: cx.frame!.span,
      short: true,
    });
    return literalNull(cx.frame!.span);
  }),
  method("newId()", (cx: Context) => ({ kind: "id", value: cx.db.newId() })),
);
