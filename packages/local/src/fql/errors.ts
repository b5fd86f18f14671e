import { type Span, NO_SPAN } from "./source";
import type { Diagnostic, Remark } from "./summary";
import type { Value } from "./values/value";

/** The query is refused before it runs. */
export class CheckError extends Error {
  override readonly name = "CheckError";
  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(
      `The query failed ${diagnostics.length} validation check${diagnostics.length === 1 ? "" : "s"}`,
    );
  }
}

/** One violated constraint of a write. */
export interface ConstraintFailure {
  readonly paths: readonly (readonly (string | number)[])[];
  readonly message: string;
  /** An index of FQL v4 that was violated, which has no paths; only the summary names it. */
  readonly index?: string;
}

export interface QueryErrorDetails {
  readonly remarks?: readonly Remark[];
  readonly failures?: readonly ConstraintFailure[];
  /** What `abort()` was given. */
  readonly abort?: Value;
}

/** The query failed while it ran. `trace` holds the place of the error and then the calls around it. */
export class QueryError extends Error {
  override readonly name = "QueryError";
  constructor(
    readonly code: string,
    message: string,
    readonly trace: readonly Span[],
    readonly details: QueryErrorDetails = {},
  ) {
    super(message);
  }
}

/** What the server does not foresee either: an exception of Java's, which it answers with 500. */
export class ServerFault extends Error {
  override readonly name = "ServerFault";
}

/** The query ran longer than it was given. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/** The server gives up the whole request: it reads a time before the history that is kept, or computes too much. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

function pathText(path: readonly (string | number)[]): string {
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : i ? `.${part}` : part))
    .join("");
}

/** `team,user: Failed unique constraint`, later lines indented below. */
function failureText({ paths, message, index = "" }: ConstraintFailure): string {
  const label = paths.map(pathText).join() || index;
  return `\n  ${(label ? `${label}: ${message}` : message).replaceAll("\n", "\n      ")}`;
}

/** A run-time error as a diagnostic: its hints first, then the calls that led to it. */
export function diagnose(error: QueryError): Diagnostic {
  const { remarks = [], failures = [] } = error.details;
  const frames = error.trace.slice(1).map((span, i): Remark => ({
    label: i === 0 && remarks.length ? "trace" : "",
    message: "",
    span,
  }));
  const listed = failures.length
    ? `\nconstraint failures:${failures.map(failureText).join("")}`
    : "";
  return {
    level: "error",
    message: error.message + listed,
    span: error.trace[0] ?? NO_SPAN,
    remarks: [...remarks, ...frames],
  };
}
