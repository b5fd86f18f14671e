import { Context } from "../fql/evaluator/context";
import type { Json } from "../http/read-json";
import type { Session } from "../access/session";
import { type V4Error, errorsOf } from "./errors";
import { Evaluator } from "./evaluate";
import type { Expression } from "./expressions";
import { parseQuery } from "./parse";
import { Page, type V4Value } from "./values";

export interface V4Answer {
  readonly status: number;
  readonly txnTime: number;
  readonly result?: V4Value;
  readonly errors?: readonly V4Error[];
}

/** Runs a query of FQL v4 as one transaction: all of it or, if it fails, nothing. */
export function runV4(session: Session, json: Json, timeout: number): V4Answer {
  const { database, caller } = session;
  try {
    const expression = parseQuery(json);
    return database.transact((tx) => {
      const context = new Context(database, tx, caller, timeout);
      const result = new Evaluator(context, session).evaluate(expression);
      const txnTime = tx.wrote ? tx.ts : database.lastTs;
      return { status: statusOf(expression), txnTime, result: outermost(result) };
    });
  } catch (error) {
    const errors = errorsOf(error);
    return { status: errors[0]!.status, txnTime: database.lastTs, errors };
  }
}

/** A page answers as an object, inside of other values and alone alike. */
function outermost(value: V4Value): V4Value {
  return value instanceof Page ? value.toObject() : value;
}

/** A query that is nothing but the making of a document answers 201. */
function statusOf(expression: Expression): number {
  if (expression.kind !== "call") return 200;
  const [name = ""] = Object.keys(expression.target.parameters);
  return /^create(_|$)/.test(name) ? 201 : 200;
}
