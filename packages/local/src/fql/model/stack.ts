import { QueryError } from "../errors";
import type { Context } from "./context";

/** Calls deeper than this fail; often the stack of our own process ends sooner. */
export const MAX_FRAMES = 2048;

export function stackOverflow(): string {
  return `number of stack frames exceeded limit of ${MAX_FRAMES}`;
}

/** Calls that are nested so deep call themselves. */
const RECURSION = 50;

/**
 * Whether calls have used up the stack of our own thread, the last limit to nesting. They end as on the server; what else
 * is nested, as brackets are, does not.
 */
export function callsUsedUpStack(cx: Context, error: unknown): boolean {
  return error instanceof RangeError && cx.deepest >= RECURSION;
}

/** The error of a query that this is, also where calls have used up all the stack that there is; null for anything else. */
export function queryErrorOf(cx: Context, error: unknown): QueryError | null {
  if (error instanceof QueryError) return error;
  if (cx.runsAgain || !callsUsedUpStack(cx, error)) return null;
  return cx.error("stack_overflow", stackOverflow());
}
