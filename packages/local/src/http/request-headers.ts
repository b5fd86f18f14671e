import type { WireFormat } from "../engine";

/** A header with a value that the server refuses. */
export class InvalidHeaderError extends Error {
  override readonly name = "InvalidHeaderError";
  constructor(header: string, problem: string) {
    super(`Invalid header '${header}': ${problem}`);
  }
}

type Headers = Readonly<Record<string, string>>;

const MAX_TIMEOUT_MS = 600_000;
const DEFAULT_TIMEOUT_MS = 120_000;
const INTEGER = /^[+-]?\d+$/;

export interface QueryHeaders {
  format: WireFormat;
  typecheck?: boolean;
  timeout: number;
  /** As the answer echoes them. */
  tags: string;
}

/** Checks every header of `/query/1` in the server's order. Throws {@link InvalidHeaderError}. */
export function readQueryHeaders(headers: Headers): QueryHeaders {
  readTimestamp(headers, "x-last-txn-ts");
  const timeout = readTimeout(headers, "x-query-timeout-ms");
  readRetries(headers, "x-max-contention-retries");
  const tags = readTags(headers, "x-query-tags");
  const format = readFormat(headers);
  const typecheck = readBoolean(headers, "x-typecheck");
  readBoolean(headers, "x-linearized");
  readBoolean(headers, "x-performance-hints");
  return { format, ...(typecheck === undefined ? {} : { typecheck }), timeout, tags };
}

export function readTimestamp(headers: Headers, name: string): void {
  const value = headers[name];
  if (value === undefined) return;
  const number = INTEGER.test(value) ? BigInt(value) : null;
  if (number === null || BigInt.asIntN(64, number) !== number)
    throw new InvalidHeaderError(name, `Invalid timestamp '${value}'.`);
}

export function readTimeout(headers: Headers, name: string): number {
  const value = headers[name];
  if (value === undefined) return DEFAULT_TIMEOUT_MS;
  if (!INTEGER.test(value)) throw new InvalidHeaderError(name, `Invalid number '${value}'.`);
  const timeout = Number(value);
  if (timeout <= 0) throw new InvalidHeaderError(name, "Must be greater than 0.");
  if (timeout > MAX_TIMEOUT_MS)
    throw new InvalidHeaderError(name, `Must be less than or equal to ${MAX_TIMEOUT_MS}.`);
  return timeout;
}

export function readRetries(headers: Headers, name: string): void {
  const value = headers[name];
  if (value === undefined) return;
  if (!INTEGER.test(value)) throw new InvalidHeaderError(name, `Invalid number '${value}'.`);
  if (Number(value) < 0 || Number(value) > 7)
    throw new InvalidHeaderError(name, "Must be between 0 and 7.");
}

function readBoolean(headers: Headers, name: string): boolean | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  if (!/^(true|false)$/i.test(value))
    throw new InvalidHeaderError(name, "Must be a boolean value.");
  return value.toLowerCase() === "true";
}

function readFormat(headers: Headers): WireFormat {
  const value = headers["x-format"] ?? "simple";
  if (value === "simple" || value === "tagged" || value === "decorated") return value;
  throw new InvalidHeaderError("x-format", `Invalid format ${value}`);
}

const MAX_TAGS = { bytes: 3000, pairs: 25, key: 40, value: 80 };

/** Checks tags `a=b,c=d` and gives them back in the order of the server's echo: the last one first. */
export function readTags(headers: Headers, name: string): string {
  const value = headers[name] ?? "";
  if (value === "") return "";
  const fail = (problem: string): never => {
    throw new InvalidHeaderError(name, problem);
  };
  if (value.length > MAX_TAGS.bytes) fail("header is too long");
  if (!/^\w+=\w+(,\w+=\w+)*$/.test(value)) fail("invalid tags");
  const pairs = value.split(",").map((pair) => pair.split("=") as [string, string]);
  if (pairs.length > MAX_TAGS.pairs) fail("too many tags");
  const tags = new Map<string, string>();
  for (const [key, tag] of pairs.reverse()) {
    if (key.length > MAX_TAGS.key) fail("invalid key");
    if (tag.length > MAX_TAGS.value) fail("invalid value");
    if (tags.has(key)) fail("duplicate key");
    tags.set(key, tag);
  }
  return [...tags].map((pair) => pair.join("=")).join(",");
}
