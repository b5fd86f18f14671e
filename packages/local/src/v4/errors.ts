import { timeText } from "../fql/values/times";
import type { Json } from "../http/read-json";

/** Where in the query an error is: keys and array positions from the outside in. */
export type Position = readonly (string | number)[];

export interface ValidationFailure {
  readonly field: readonly string[];
  readonly code: string;
  readonly description: string;
}

const STATUS: Readonly<Record<string, number>> = {
  "instance not found": 404,
  "value not found": 404,
  "permission denied": 403,
};

/** An error of an FQL v4 query. */
export class V4Error extends Error {
  override readonly name = "V4Error";
  constructor(
    readonly code: string,
    readonly description: string,
    readonly position: Position,
    readonly failures: readonly ValidationFailure[] = [],
    readonly causes: readonly V4Error[] = [],
  ) {
    super(description);
  }

  get status(): number {
    return STATUS[this.code] ?? 400;
  }

  toJSON(): Record<string, unknown> {
    const { position, code, description, failures, causes } = this;
    return {
      position,
      code,
      description,
      ...(failures.length ? { failures } : {}),
      ...(causes.length ? { cause: causes } : {}),
    };
  }
}

/** Several errors of one query. */
export class V4Errors extends Error {
  override readonly name = "V4Errors";
  constructor(readonly errors: readonly V4Error[]) {
    super(errors.map(({ description }) => description).join(" "));
  }
}

/** The errors of what is thrown where a query fails; anything else is thrown again. */
export function errorsOf(error: unknown): readonly V4Error[] {
  if (error instanceof V4Error) return [error];
  if (error instanceof V4Errors) return error.errors;
  throw error;
}

const DECIDING = ["permission denied", "invalid argument", "invalid expression"];

/** Of several errors the one decides that has the most to do with the query itself. */
export function statusOf(errors: readonly V4Error[]): number {
  const rank = ({ code }: V4Error): number => DECIDING.indexOf(code);
  const [first] = [...errors].sort((a, b) => rank(b) - rank(a));
  return first?.status ?? 400;
}

/** Does something to each item; what goes wrong with several of them is told of all. */
export function each<T, U>(items: readonly T[], run: (item: T, index: number) => U): U[] {
  const errors: V4Error[] = [];
  const results: U[] = [];
  for (const [i, item] of items.entries()) {
    try {
      results.push(run(item, i));
    } catch (error) {
      errors.push(...errorsOf(error));
    }
  }
  if (errors.length > 1) throw new V4Errors(errors);
  const [only] = errors;
  if (only) throw only;
  return results;
}

type Results<T extends readonly (() => unknown)[]> = { [K in keyof T]: ReturnType<T[K]> };

/** What all of the parts come to; what goes wrong with several of them is told of all. */
export function joined<T extends readonly (() => unknown)[]>(...parts: T): Results<T> {
  return each(parts, (part) => part()) as Results<T>;
}

/** A read of a time before the history. */
export class TooOldError extends Error {
  override readonly name = "TooOldError";
  constructor(nanos: bigint, oldest: bigint) {
    const time = (value: bigint): string => timeText({ kind: "time", nanos: value });
    super(
      `Requested timestamp ${time(nanos)} less than minimum allowed timestamp ${time(oldest)}.`,
    );
  }
}

/** The query itself is malformed. */
export function invalidExpression(description: string, position: Position): V4Error {
  return new V4Error("invalid expression", description, position);
}

/** Something of another type than the form of the query wants. */
export function wrongForm(expected: readonly string[], provided: Json, at: Position): V4Error {
  return wrongFormOf(expected, jsonType(provided), at);
}

export function wrongFormOf(expected: readonly string[], provided: string, at: Position): V4Error {
  return invalidExpression(`${listOf(expected)} expected, ${provided} provided.`, at);
}

export function unknownForm(keys: readonly string[], at: Position): V4Error {
  const shown = keys.join(", ");
  return invalidExpression(`No form/function found, or invalid argument keys: { ${shown} }.`, at);
}

const JSON_TYPES: Readonly<Record<string, string>> = {
  bigint: "Integer",
  number: "Double",
  boolean: "Boolean",
  string: "String",
};

function jsonType(json: Json): string {
  if (json === null) return "Null";
  return Array.isArray(json) ? "Array" : (JSON_TYPES[typeof json] ?? "Object");
}

export function invalidArgument(description: string, position: Position): V4Error {
  return new V4Error("invalid argument", description, position);
}

/** A value of the wrong type: "Boolean expected, Integer provided." */
export class WrongTypeError extends V4Error {
  constructor(
    readonly expected: readonly string[],
    readonly provided: string,
    position: Position,
  ) {
    const description = `${listOf(expected)} expected, ${provided} provided.`;
    super("invalid argument", description, position);
  }
}

export function wrongType(
  expected: readonly string[],
  provided: string,
  position: Position,
): V4Error {
  return new WrongTypeError(expected, provided, position);
}

export function listOf(names: readonly string[]): string {
  if (names.length < 3) return names.join(" or ");
  return `${names.slice(0, -1).join(", ")}, or ${names.at(-1)}`;
}
