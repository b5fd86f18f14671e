import { beginRun } from "../fql/evaluator/interpreter";
import type { Context } from "../fql/model/context";
import { activate } from "../fql/model/active-context";
import { runQueriesWith } from "../fql/model/queries";
import type { QueryValue, Value } from "../fql/values/value";
import type { QueryError } from "../fql/errors";
import type { Json } from "../http/read-json";
import type { Database } from "../store";
import { type V4Error, errorsOf, statusOf } from "./errors";
import { Evaluator, type Asker } from "./evaluate";
import { fromStore, toStore } from "./convert";
import { parseQuery, parseStored } from "./parse";
import { isArray, isObject, type Lambda, Page, type V4Value } from "./values";
import type { ApiVersion } from "./versions";

export interface V4Answer {
  readonly status: number;
  readonly txnTime: number;
  readonly result?: V4Value;
  readonly errors?: readonly V4Error[];
}

/** A query of FQL v4, and who asks. */
export interface V4Request {
  readonly asker: Asker;
  readonly json: Json;
  readonly version: ApiVersion;
  /** Upper limit of the run in ms. */
  readonly timeout: number;
}

/** Runs a query of FQL v4 as one transaction: all of it or, if it fails, nothing. */
export function runV4(
  database: Database,
  { asker, json, version, timeout }: V4Request,
  runsAgain: boolean,
): V4Answer {
  try {
    const expression = parseQuery(json, version);
    return database.transact((tx) => {
      const context = beginRun(database, tx, asker.caller, timeout);
      context.isV4 = true;
      context.runsAgain = runsAgain;
      const evaluator = new Evaluator(context, asker, parseStored, version);
      const result = evaluator.evaluate(expression);
      const txnTime = tx.wrote ? tx.ts : database.lastTs;
      const status = isObject(result) && evaluator.made.has(result) ? 201 : 200;
      return { status, txnTime, result: outermost(result) };
    });
  } catch (error) {
    const errors = errorsOf(error);
    return { status: statusOf(errors), txnTime: database.lastTs, errors };
  }
}

/** A page answers as an object, inside of other values and alone alike. */
function outermost(value: V4Value): V4Value {
  return value instanceof Page ? value.toObject() : value;
}

/** How FQL v10 calls a function of FQL v4: with its only argument, or with a list of them; `whole` is one value as it is. */
function callFromV10(
  context: Context,
  query: QueryValue,
  args: readonly Value[],
  { whole }: { readonly whole: boolean },
): Value {
  const evaluator = new Evaluator(context, { caller: context.caller }, parseStored);
  const { references } = evaluator;
  const lambda: Lambda = parseStored(query);
  const values = args.map((arg) => fromStore(arg, references));
  const { parameters } = lambda;
  const [first] = values;
  const isList = isArray(parameters) || first === undefined;
  const given = isList && !whole ? values.slice(0, parameters.length) : (first ?? null);
  try {
    return toStore(evaluator.apply(lambda, given, []), references, []);
  } catch (error) {
    throw inWordsOfV10(context, errorsOf(error));
  }
}

/** What goes wrong in a function of FQL v4 that FQL v10 calls. */
function inWordsOfV10(context: Context, errors: readonly V4Error[]): QueryError {
  const [first, ...more] = errors;
  if (first && !more.length && first.code === "call error")
    return inWordsOfV10(context, first.causes);
  if (first && !more.length && first.code === "transaction aborted")
    return context.error("abort", "Query aborted.", { abort: first.description });
  return context.error("eval_error", errors.map(({ description }) => description).join("\n"));
}

/** A context without an end, in which functions run that indexes keep. */
function detached(cx: Context): Context {
  const reader = { builtin: "server", roles: [], claims: null } as const;
  const own = beginRun(cx.db, cx.tx, reader, Infinity);
  activate(cx);
  return own;
}
runQueriesWith(callFromV10, detached);
