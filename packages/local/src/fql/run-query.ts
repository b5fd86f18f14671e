import { beginRun } from "./evaluator/interpreter";
import { maySeeLogs } from "./model/permissions";
import type { QueryAnswer, QueryRequest } from "../engine";
import type { Database } from "../store/database";
import { systemName } from "../store/system";
import { verifySchema } from "../schema/verify";
import { decodeSimple, decodeTagged, InvalidValue, type Resolver } from "../wire/decode";
import { encode } from "../wire/encode";
import { materialize } from "../wire/materialize";
import { InvalidTemplate, PLACEHOLDER, writeTemplate } from "../wire/template";
import type { Expr } from "./ast";
import { CheckError, diagnose, QueryError, TimeoutError, RefusedError } from "./errors";
import { type Context, STEPS_PER_COMPUTE_OP } from "./model/context";
import { evaluate } from "./evaluator/evaluate";
import { globalValue } from "./model/globals";
import { parseQuery, type Holes } from "./parser";
import { documentByName } from "./stdlib/collections";
import { summarize, type Diagnostic } from "./summary";
import { checkTypes, type TypeChecked } from "./type-check";
import { bind, type Env, type Value, NULL } from "./values/value";
import { NO_SPAN, type Span } from "./source";
import { callsUsedUpStack, stackOverflow } from "./model/stack";
import { runAgain } from "../large-stack/run-again";

/** The request is malformed: nothing ran, and the answer has no summary. */
class RequestError extends Error {
  override readonly name = "RequestError";
}

/**
 * Runs an FQL v10 query as one transaction: all of it or, if anything fails, nothing. It never throws for what a
 * client sent; failures are answers in the server's form.
 */
export function runQuery(db: Database, request: QueryRequest): QueryAnswer {
  const started = performance.now();
  const { answer, outOfStack } = runOnce(db, request);
  if (!outOfStack) return answer;
  const timeout = Math.ceil(request.timeout - (performance.now() - started));
  const again = timeout > 0 ? runAgain(db, "query", { ...request, timeout }, timeout) : null;
  return again ? again.answer : answer;
}

/** Runs a query here, and says whether it ended only because the stack of this thread did. */
export function runOnce(
  db: Database,
  request: QueryRequest,
): { readonly answer: QueryAnswer; readonly outOfStack: boolean } {
  const started = performance.now();
  try {
    return db.transact((tx) => {
      const cx = beginRun(db, tx, request.caller, request.timeout);
      cx.runsAgain = true;
      const run = new Run(cx, request, started);
      const answer = run.answer();
      // Whatever a failed query wrote is taken back.
      if (answer.status !== 200) tx.rollback();
      return { answer, outOfStack: run.outOfStack };
    });
  } catch (error) {
    if (!(error instanceof RequestError || error instanceof RefusedError)) throw error;
    const body = { error: { code: "invalid_request", message: error.message } };
    return { answer: { status: 400, body }, outOfStack: false };
  }
}

/** Looks up what tagged values in a request refer to. */
export function resolverFor(cx: Context): Resolver {
  return {
    module(name) {
      const value = globalValue(cx, name);
      return typeof value === "object" && (value.kind === "collection" || value.kind === "module")
        ? value
        : undefined;
    },
    document(collection, { id, name }) {
      if (typeof collection !== "object" || collection.kind !== "collection") return undefined;
      if (id !== undefined) return { kind: "doc", coll: collection.id, id };
      const kind = systemName(collection.id);
      const known = name !== undefined && kind && cx.db.systemDocument(kind, name);
      return known ? documentByName(cx, collection, name) : undefined;
    },
  };
}

/** One query under way. */
class Run {
  outOfStack = false;

  constructor(
    readonly cx: Context,
    readonly request: QueryRequest,
    readonly started: number,
  ) {}

  answer(): QueryAnswer {
    try {
      const args = this.#arguments();
      return this.#succeeded(args);
    } catch (error) {
      return this.#failed(error);
    }
  }

  #succeeded(args: Env | null): QueryAnswer {
    const { cx } = this;
    const { expr, text, values } = this.#parse();
    const checked: TypeChecked | null =
      (this.request.typecheck ?? cx.db.typechecked)
        ? checkTypes(cx, text, expr, { args, values })
        : null;
    const value = evaluate(cx, expr, args);
    verifySchema(cx);
    const data = encode(materialize(cx, value), this.request.format);
    const type = checked && { static_type: checked.type };
    const tail = this.#tail([...(checked?.warnings ?? []), ...cx.logs]);
    return { status: 200, body: { data, ...type, ...tail } };
  }

  /** The request's arguments as variables. */
  #arguments(): Env | null {
    let env: Env | null = null;
    for (const [name, given] of Object.entries(this.request.arguments ?? {})) {
      try {
        const value =
          this.request.format === "simple"
            ? decodeSimple(given)
            : decodeTagged(given, resolverFor(this.cx));
        env = bind(env, name, value);
      } catch (error) {
        if (error instanceof InvalidValue)
          throw new RequestError(`Invalid argument '${name}': ${error.message}`);
        throw error;
      }
    }
    return env;
  }

  #parse(): { expr: Expr; text: string; values: Value[] } {
    const { text, values } = this.#template();
    const source = { name: "*query*", text };
    const holes = new Map<number, { value: Value; length: number }>();
    for (const { at, value } of values) {
      try {
        const decoded = decodeTagged(value, resolverFor(this.cx));
        holes.set(at, { value: decoded, length: PLACEHOLDER.length });
      } catch (error) {
        if (!(error instanceof InvalidValue)) throw error;
        // A text that does not parse is complained of first.
        parseQuery(source, blankHoles(values));
        const span = { source, start: at, end: at + PLACEHOLDER.length };
        throw new CheckError([{ level: "error", message: error.message, span }]);
      }
    }
    const expr = parseQuery(source, holes satisfies Holes);
    return { expr, text, values: [...holes.values()].map(({ value }) => value) };
  }

  #template(): ReturnType<typeof writeTemplate> {
    try {
      return writeTemplate(this.request.query);
    } catch (error) {
      if (error instanceof InvalidTemplate)
        throw new RequestError(`Invalid request body: ${error.message}`);
      throw error;
    }
  }

  #failed(error: unknown): QueryAnswer {
    const { cx } = this;
    if (error instanceof CheckError)
      return this.#failure(
        400,
        { code: "invalid_query", message: error.message },
        error.diagnostics,
      );
    if (error instanceof TimeoutError || (error instanceof QueryError && error.code === "time_out"))
      return this.#failure(440, { code: "time_out", message: error.message }, []);
    if (callsUsedUpStack(cx, error)) {
      this.outOfStack = true;
      return this.#failure(400, { code: "stack_overflow", message: stackOverflow() }, []);
    }
    if (error instanceof RangeError)
      return this.#failure(
        400,
        { code: "invalid_query", message: "The query is nested too deeply for the local Fauna." },
        [],
      );
    if (!(error instanceof QueryError)) throw error;
    const { failures, abort } = error.details;
    const body: Record<string, unknown> = { code: error.code, message: error.message };
    if (failures)
      body["constraint_failures"] = failures.map(({ paths, message }) => ({ paths, message }));
    if (abort !== undefined) {
      try {
        body["abort"] = encode(materialize(cx, abort), this.request.format);
      } catch (inner) {
        return this.#failed(inner);
      }
    }
    return this.#failure(400, body, [diagnose(this.#seen(error)), ...cx.logs]);
  }

  /** Without the places that the caller has no right to see: what happens in functions is their owner's business. */
  #seen(error: QueryError): QueryError {
    if (maySeeLogs(this.cx)) return error;
    const trace = error.trace.filter(inQuery);
    return new QueryError(error.code, error.message, trace, error.details);
  }

  #failure(
    status: number,
    error: Record<string, unknown>,
    diagnostics: readonly Diagnostic[],
  ): QueryAnswer {
    return { status, body: { error, ...this.#tail(diagnostics) } };
  }

  #tail(diagnostics: readonly Diagnostic[]): Record<string, unknown> {
    const { cx } = this;
    const { compute, reads, write, bytesRead, bytesWritten } = cx.usage;
    const stats = {
      compute_ops: Math.max(1, Math.ceil(compute / STEPS_PER_COMPUTE_OP)),
      read_ops: [...reads.values()].reduce((sum, each) => sum + each, 0),
      write_ops: write,
      query_time_ms: Math.round(performance.now() - this.started),
      contention_retries: 0,
      storage_bytes_read: bytesRead,
      storage_bytes_write: bytesWritten,
      rate_limits_hit: [],
    };
    const txn_ts = cx.tx.wrote ? cx.tx.ts : cx.db.lastTs;
    const seen = maySeeLogs(cx)
      ? diagnostics
      : diagnostics.filter(({ span }) => inQuery(span) || span === NO_SPAN);
    return { summary: summarize(seen), txn_ts, stats, schema_version: cx.db.schemaVersion };
  }
}

/** The places of values as if all of them were null. */
function blankHoles(values: readonly { readonly at: number }[]): Holes {
  return new Map(values.map(({ at }) => [at, { value: NULL, length: PLACEHOLDER.length }]));
}

function inQuery({ source }: Span): boolean {
  return source.name === "*query*";
}
