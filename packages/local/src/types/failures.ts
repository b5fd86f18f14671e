import type { Span } from "../fql/source";
import type { Diagnostic, Remark } from "../fql/summary";
import { AltGroup } from "./alternatives";
import { isNowhere, keyOf, overload, type Type } from "./type";

/** How a value does not fit a use. */
export interface Failure {
  readonly kind:
    | "field"
    | "extra field"
    | "extra wildcard"
    | "access"
    | "projection"
    | "function"
    | "arity"
    | "tuple arity"
    | "tuple index"
    | "literal"
    | "generic"
    | "subtype";
  readonly value: Type;
  readonly span: Span;
  readonly use?: Type;
  readonly field?: string;
  /** Where the value ends, or where it is called. */
  readonly by?: Span;
  readonly expected?: number;
  readonly received?: number;
}

/** How values and uses are printed where a check failed. */
export interface Display {
  readonly value: (type: Type) => string;
  readonly use: (type: Type) => string;
}

function spanKey({ source, start, end }: Span): string {
  return `${source.name}:${start}:${end}`;
}

export function failureKey(failure: Failure): string {
  const { kind, value, use, field, span, expected, received } = failure;
  const types = `${keyOf(value)}<${use ? keyOf(use) : ""}`;
  return [kind, types, field, spanKey(span), expected, received].join("|");
}

export function sameSpan(a: Span, b: Span): boolean {
  return a.source.name === b.source.name && a.start === b.start && a.end === b.end;
}
function contains(outer: Span, inner: Span): boolean {
  const within = (at: number): boolean => at >= outer.start && at <= outer.end;
  return outer.source.name === inner.source.name && within(inner.start) && within(inner.end);
}

export function typeError(
  message: string,
  span: Span,
  remarks: readonly Remark[] = [],
): Diagnostic {
  return { level: "error", message, span, remarks };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
function compareSpans(a: Span, b: Span): number {
  const [inA, inB] = [a, b].map(({ source }) => source.name.startsWith("*"));
  if (inA !== inB) return inA ? -1 : 1;
  return compareText(a.source.name, b.source.name) || a.start - b.start || a.end - b.end;
}

/** The group of all that a value was tried against: its number is the server's, whose order goes by it. */
const TOLD = 2 ** 31 - 1;

/** Failures of one value at one place are one failure, against all that was tried. */
function merged(failures: readonly Failure[]): Failure[] {
  const found = failures.filter(({ kind }) => kind !== "subtype");
  const groups = new Map<string, Failure[]>();
  for (const failure of failures) {
    if (failure.kind !== "subtype") continue;
    const key = `${spanKey(failure.span)} ${keyOf(failure.value)}`;
    groups.set(key, [...(groups.get(key) ?? []), failure]);
  }
  for (const same of groups.values()) {
    if (same.length === 1) found.push(same[0]!);
    else {
      const { alts } = new AltGroup(TOLD, same.length, false, null, 0);
      found.push({ ...same[0]!, use: overload(same.map(({ use }, i) => [alts[i]!, use!])) });
    }
  }
  return found;
}

/**
 * Makes one message of a failed check. A single failure stands alone if it is inside of what was checked, or says more
 * than the sentence about the whole. Otherwise it is that sentence, with the failures as causes.
 */
export function report(
  value: Type,
  use: Type,
  span: Span,
  failures: readonly Failure[],
  show: Display,
): Diagnostic {
  const found = merged(failures);
  const [only, ...others] = found;
  const alone = only && !others.length && (only.kind !== "subtype" || contains(span, only.span));
  if (alone) return describe(only, show);
  const causes = found
    .map((failure) => describe(failure, show))
    .sort((a, b) => compareSpans(a.span, b.span) || compareText(a.message, b.message));
  const unique = causes.filter(
    (cause, i) =>
      !causes
        .slice(0, i)
        .some((other) => other.message === cause.message && sameSpan(other.span, cause.span)),
  );
  const message = `Type \`${show.value(value)}\` is not a subtype of \`${show.use(use)}\``;
  const remarks = unique.flatMap((cause): Remark[] => [
    { label: "cause", message: cause.message, span: cause.span },
    ...(cause.remarks ?? []),
  ]);
  return typeError(message, span, remarks);
}

function counts(what: string, { expected = 0, received = 0 }: Failure): string {
  const [many, few] =
    what === "tuple"
      ? ["Tuple contains too many elements", "Tuple does not contain enough elements"]
      : [
          "Function was called with too many arguments",
          "Function was not called with enough arguments",
        ];
  return `${received > expected ? many : few}. Expected ${expected}, received ${received}`;
}

function describe(failure: Failure, show: Display): Diagnostic {
  const { kind, value, span, field = "", by } = failure;
  const shown = `\`${show.value(value)}\``;
  const use = (): string => `\`${show.use(failure.use!)}\``;
  switch (kind) {
    case "field":
      return typeError(
        `Type ${shown} does not have field \`${field}\``,
        span,
        fieldHints(failure, shown),
      );
    case "extra field":
      return typeError(`Type ${shown} contains extra field \`${field}\``, span);
    case "extra wildcard":
      return typeError(`Type ${shown} cannot have a wildcard`, span);
    case "access":
      return typeError(`Cannot use \`[]\` operator with type ${shown}`, span);
    case "projection":
      return typeError(`Cannot use projection with type ${shown}`, span);
    case "function": {
      const hint: Remark = {
        label: "hint",
        message: `${shown} is used as a function here`,
        span: by!,
      };
      const hints = isNowhere(by!) ? [] : [hint];
      return typeError(`Type ${shown} cannot be used as a function`, span, hints);
    }
    case "arity":
      return typeError(counts("function", failure), span);
    case "tuple arity":
      return typeError(counts("tuple", failure), span);
    case "tuple index":
      return typeError(
        `Index ${failure.received!} out of bounds for length ${failure.expected!}`,
        span,
      );
    case "literal":
      return typeError(`${shown} is not the value ${use()}`, span);
    case "generic":
      return typeError(
        value.kind === "skolem"
          ? `Generic type ${shown} cannot be used as type ${use()}`
          : `Type ${shown} cannot be used as generic type ${use()}`,
        span,
      );
    case "subtype":
      return typeError(`Type ${shown} is not a subtype of ${use()}`, span);
  }
}

/** Where the value's type comes from, if that is elsewhere; and what helps against null. */
function fieldHints({ value, span, by }: Failure, shown: string): Remark[] {
  const hints: Remark[] = [];
  const from = value.span;
  if (!isNowhere(from) && by!.start !== from.end && !sameSpan(from, span))
    hints.push({ label: "hint", message: `Type ${shown} inferred here`, span: from });
  if (value.kind === "named" && value.name === "Null")
    hints.push({
      label: "hint",
      message: "Use the ! or ?. operator to handle the null case",
      span: { ...by!, end: by!.start },
      insert: "!",
    });
  return hints;
}
