import { timeText } from "../fql/values/times";

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
    readonly cause_: V4Error | null = null,
  ) {
    super(description);
  }

  get status(): number {
    return STATUS[this.code] ?? 400;
  }

  toJSON(): Record<string, unknown> {
    const { position, code, description, failures, cause_: cause } = this;
    return {
      position,
      code,
      description,
      ...(failures.length ? { failures } : {}),
      ...(cause ? { cause: [cause] } : {}),
    };
  }
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

export function invalidArgument(description: string, position: Position): V4Error {
  return new V4Error("invalid argument", description, position);
}

/** A value of the wrong type: "Boolean expected, Integer provided." */
export function wrongType(
  expected: readonly string[],
  provided: string,
  position: Position,
): V4Error {
  return invalidArgument(`${listOf(expected)} expected, ${provided} provided.`, position);
}

export function listOf(names: readonly string[]): string {
  if (names.length < 3) return names.join(" or ");
  return `${names.slice(0, -1).join(", ")}, or ${names.at(-1)}`;
}
