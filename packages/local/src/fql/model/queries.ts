import type { Context } from "./context";
import { QueryError } from "../errors";
import { NULL, type DocVersion, type QueryValue, type Value } from "../values/value";

type Run = (
  cx: Context,
  query: QueryValue,
  args: readonly Value[],
  how: { readonly whole: boolean },
) => Value;

let run: Run = () => NULL;
let detach: (cx: Context) => Context = (cx) => cx;

/** FQL v4 is built upon this layer, and says here how its functions run, and in what when no query is under way. */
export function runQueriesWith(runner: Run, detached: (cx: Context) => Context): void {
  run = runner;
  detach = detached;
}

/** A function of FQL v4 for later use: what it is called with decides alone; where it fails there is nothing. */
export function pureFunction(cx: Context, query: QueryValue): (...args: readonly Value[]) => Value {
  const own = detach(cx);
  return (...args) => {
    try {
      return own.withEffect({ allowed: "none", where: "index bindings" }, () =>
        run(own, query, args, { whole: false }),
      );
    } catch (error) {
      if (error instanceof QueryError) return NULL;
      throw error;
    }
  };
}

/** Calls a function of FQL v4; with `whole` its first argument is all that it is given. */
export function runQuery(
  cx: Context,
  query: QueryValue,
  args: readonly Value[],
  whole = false,
): Value {
  hasRun(query);
  return run(cx, query, args, { whole });
}

const RUN = new WeakSet<QueryValue>();

/** Remembers that a function has run: from then on the server knows its parameters, and counts them otherwise. */
export function hasRun(query: QueryValue): void {
  RUN.add(query);
}

/** How many arguments a function of FQL v4 takes; once it has run, only those count that it names. */
export function parameterCount(query: QueryValue): number {
  const { lambda } = JSON.parse(query.text) as { readonly lambda?: unknown };
  const names: readonly unknown[] = Array.isArray(lambda) ? lambda : [lambda];
  return RUN.has(query) ? names.filter((name) => name !== "_").length : names.length;
}

export function isQuery(value: Value | undefined): value is QueryValue {
  return typeof value === "object" && value.kind === "query";
}

/** Whether a document of the schema was made in FQL v4, for which FSL has no words. */
export function isOfV4({ data }: DocVersion): boolean {
  const within = (value: Value): boolean => {
    if (typeof value !== "object") return false;
    if (value.kind === "array") return value.items.some(within);
    if (value.kind === "object") return [...value.fields.values()].some(within);
    return value.kind === "query" || value.kind === "doc";
  };
  return [...data].some(([name, value]) => name !== "data" && within(value));
}
