import type { Expr, Link, Name } from "../ast";
import { isNamed } from "../../store/system";
import { overlaps, type Span } from "../source";
import {
  isNull,
  type Absence,
  type Env,
  type NullCause,
  type NullValue,
  type Value,
} from "../values/value";
import { absenceOf, absenceError, nullFor } from "../model/read";
import type { QueryError } from "../errors";
import type { Remark } from "../summary";
import { callValue } from "./call";
import type { Context } from "../model/context";
import { evaluate } from "../model/calls";
import { fieldOf, indexed } from "./fields";
import { nameOfType } from "../model/type-of";
import { invoke } from "./invoke";
import { callableOf, methodOf } from "./tables";

/** A value on its way through a chain: where it came from, and whether `?.` has met null. */
interface Step {
  readonly value: Value;
  readonly span: Span;
  readonly skip: boolean;
}

/** Evaluates `a.b(c)?.d[e]!`. */
export function evaluateChain(
  cx: Context,
  expr: Extract<Expr, { kind: "chain" }>,
  env: Env | null,
): Value {
  let step: Step = { value: evaluate(cx, expr.base, env), span: expr.base.span, skip: false };
  for (const link of expr.links) step = follow(cx, step, link, env);
  return step.value;
}

function follow(cx: Context, step: Step, link: Link, env: Env | null): Step {
  if (link.kind === "bang") return bang(cx, step, link.span);
  if (step.skip) return { ...step, span: link.whole };
  switch (link.kind) {
    case "field":
      return select(cx, step, link.name, link.optional);
    case "call":
      return call(cx, step.value, link.args, link.optional, link.span, null, env);
    case "index":
      return index(cx, step, link, env);
    case "method":
      return callMethod(cx, step, link, env);
  }
}

function bang(cx: Context, step: Step, mark: Span): Step {
  const span = { ...step.span, end: mark.end };
  const { value } = step;
  if (isNull(value)) throw nullError(cx, value.cause, span);
  if (typeof value === "object" && value.kind === "doc") {
    const absence = absenceOf(cx, value);
    if (absence) throw nullError(cx, { why: "document", doc: value, cause: absence, span }, span);
  }
  return { ...step, span };
}

function createdHere(place: Span, at: Span): Remark[] {
  return overlaps(place, at)
    ? []
    : [{ label: "hint", message: "Null value created here", span: at }];
}

/** The error of `!` on null, which says why it is null. */
function nullError(cx: Context, cause: NullCause, span: Span): QueryError {
  const details = { remarks: createdHere(span, cause.span) };
  switch (cause.why) {
    case "literal":
      return cx.errorAt(span, "null_value", "Null literal value", details);
    case "missing field":
      return cx.errorAt(
        span,
        "null_value",
        `Null value, due to missing field \`${cause.field}\``,
        details,
      );
    case "reason":
      return cx.errorAt(span, "null_value", `Null value, due to ${cause.reason}`, details);
    case "document":
      if (cause.cause === "permission denied")
        return cx.errorAt(span, "null_value", "Null value, due to permission denied", details);
      return absenceError(cx, cause.doc, cause.cause, span, details);
  }
}

/** Documents that are no less null than their fields, which are what is missing then. */
const IS_NULL: ReadonlySet<Absence> = new Set(["deleted", "collection deleted"]);

/** A field or method was asked of null, or of a document that is not there. */
function nullAccess(
  cx: Context,
  step: Step,
  missing: NullValue,
  field: Name,
  optional: boolean,
): Step {
  if (optional) return { value: missing, span: field.span, skip: true };
  const { cause } = missing;
  const isDoc = typeof step.value === "object" && step.value.kind === "doc";
  if (isDoc && cause.why === "document" && !IS_NULL.has(cause.cause))
    throw absenceError(cx, cause.doc, cause.cause, step.span);
  const created = isDoc && cause.why === "document" ? field.span : cause.span;
  const remarks: Remark[] = [{ label: "hint", message: "Null value created here", span: created }];
  throw cx.errorAt(field.span, "invalid_null_access", `Cannot access \`${field.text}\` on null.`, {
    remarks,
  });
}

/** Why a field or method of the value cannot be read at all. */
function barrier(cx: Context, step: Step, name: string): NullValue | null {
  const { value } = step;
  if (isNull(value)) return value;
  if (typeof value !== "object" || value.kind !== "doc" || ALWAYS.has(name)) return null;
  if (name === "name" && isNamed(value.coll)) return null;
  const absence = absenceOf(cx, value);
  return absence ? nullFor(value, absence, step.span) : null;
}

/** What even a missing document tells. */
const ALWAYS = new Set(["id", "coll", "exists"]);

function select(cx: Context, step: Step, name: Name, optional: boolean): Step {
  const missing = barrier(cx, step, name.text);
  if (missing) return nullAccess(cx, step, missing, name, optional);
  const value = cx.within(name.span, () => fieldOf(cx, step.value, name));
  return { value, span: name.span, skip: false };
}

function call(
  cx: Context,
  value: Value,
  args: readonly Expr[],
  optional: boolean,
  span: Span,
  name: Name | null,
  env: Env | null,
): Step {
  if (optional && isNull(value)) return { value, span, skip: true };
  if (isNull(value) && value.cause.why === "missing field") {
    const { field, on } = value.cause;
    const message = `The function \`${field}\` does not exist on \`${nameOfType(cx, on)}\``;
    throw cx.errorAt(value.cause.span, "invalid_function_invocation", message);
  }
  if (!isFunction(value) && !callableOf(value)) throw notCallable(cx, value, span, name);
  const values = args.map((arg) => evaluate(cx, arg, env));
  return { value: cx.within(span, () => callValue(cx, value, values)), span, skip: false };
}

function isFunction(value: Value): boolean {
  return (
    typeof value === "object" &&
    (value.kind === "lambda" || value.kind === "udf" || value.kind === "method")
  );
}

function notCallable(cx: Context, value: Value, span: Span, name: Name | null): QueryError {
  const type = nameOfType(cx, value);
  if (name)
    return cx.errorAt(
      name.span,
      "invalid_function_invocation",
      `\`${name.text}\`: Expected a function, found \`${type}\``,
    );
  return cx.errorAt(span, "type_mismatch", `expected type: Function, received ${type}`);
}

function index(
  cx: Context,
  step: Step,
  link: Extract<Link, { kind: "call" | "index" }>,
  env: Env | null,
): Step {
  const name: Name = { text: "[]", span: link.span };
  const missing = barrier(cx, step, "[]");
  if (missing) return nullAccess(cx, step, missing, name, link.optional);
  const values = link.args.map((arg) => evaluate(cx, arg, env));
  return {
    value: cx.within(link.span, () => indexed(cx, step.value, values, link.span)),
    span: link.span,
    skip: false,
  };
}

function callMethod(
  cx: Context,
  step: Step,
  link: Extract<Link, { kind: "method" }>,
  env: Env | null,
): Step {
  const { name, span } = link;
  const method = methodOf(cx, step.value, name.text);
  if (isNull(step.value) && !method) return nullAccess(cx, step, step.value, name, link.optional);
  const missing = isNull(step.value) ? null : barrier(cx, step, name.text);
  if (missing) return nullAccess(cx, step, missing, name, link.optional);
  if (!method) {
    const field = select(cx, step, name, link.optional);
    return field.skip
      ? field
      : call(cx, field.value, link.args, link.optionalCall, span, name, env);
  }
  const values = link.args.map((arg) => evaluate(cx, arg, env));
  return {
    value: cx.within(span, () => invoke(cx, method, step.value, values)),
    span,
    skip: false,
  };
}
