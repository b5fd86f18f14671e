import type { Database } from "../../store/database";
import type { Context } from "./context";

const ACTIVE = new WeakMap<Database, Context>();

/** Says which run has the database now; only one has at a time. */
export function activate(cx: Context): void {
  ACTIVE.set(cx.db, cx);
}

/** The run that has the database now. */
export function contextOf(db: Database): Context {
  return ACTIVE.get(db)!;
}
