import type { Caller } from "../../store/caller";
import type { Database } from "../../store/database";
import type { Transaction } from "../../store/transaction";
import { Context } from "../model/context";
import type { Interpreter } from "../model/interpreter";
import { LIBRARY } from "../stdlib/library";
import { applyLambda } from "./apply";
import { arityOf } from "./arity-of";
import { callValue } from "./call";
import { evaluate } from "./evaluate";

const INTERPRETER: Interpreter = { evaluate, applyLambda, call: callValue, arityOf };

/** Begins a run, with the evaluator and the standard library. It ends with an error after `timeout` ms. */
export const beginRun = (db: Database, tx: Transaction, caller: Caller, timeout: number): Context =>
  new Context(db, tx, caller, timeout, INTERPRETER, LIBRARY);
