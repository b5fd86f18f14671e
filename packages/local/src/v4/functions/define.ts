import type { Position } from "../errors";
import type { Evaluator } from "../evaluate";
import type { Cast } from "../casts";
import type { V4Value } from "../values";
import type { ApiVersion } from "../versions";

/** What an implementation may ask besides its arguments. */
export interface CallSite {
  readonly evaluator: Evaluator;
  /** Of the whole call. */
  readonly position: Position;
  /** Position of an argument. */
  at(parameter: string): Position;
}

/** A function of FQL v4: its parameters, the first of which is its name, and what it does. */
export interface V4Function {
  readonly parameters: Readonly<Record<string, Cast<unknown>>>;
  /** Whether all arguments are evaluated before any of them is looked at. */
  readonly castsLast?: boolean;
  /** The first version that has it. */
  readonly since?: ApiVersion;
  run(args: Readonly<Record<string, unknown>>, site: CallSite): V4Value;
}

type Parameters = Readonly<Record<string, Cast<unknown>>>;
type Arguments<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Cast<infer T> ? T : never;
};

/**
 * Defines a function by its signature and its implementation.
 *
 * @example
 * ```ts
 * define({ concat: zeroOrMore(string), separator: optional(string) }, ({ concat, separator }) =>
 *   concat.join(separator ?? ""),
 * );
 * ```
 */
export function define<P extends Parameters>(
  parameters: P,
  run: (args: Arguments<P>, site: CallSite) => V4Value,
): V4Function {
  return { parameters, run: run };
}

/** Functions that are there from a version on. */
export function since(version: ApiVersion, ...functions: readonly V4Function[]): V4Function[] {
  return functions.map((each) => ({ ...each, since: version }));
}
