import {
  isJsonObject,
  JsonSyntaxError,
  readBodyJson,
  type Json,
  type JsonObject,
} from "./read-json";

/** The largest body that is read. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** A body that is too large. */
export class TooLargeBodyError extends Error {
  override readonly name = "TooLargeBodyError";
  constructor() {
    super("Request entity is too large");
  }
}

/** Refuses a body that is too large. */
export function checkBodySize(text: string): void {
  if (text.length * 3 > MAX_BODY_BYTES && Buffer.byteLength(text) > MAX_BODY_BYTES)
    throw new TooLargeBodyError();
}

/** A body that is no query; the message is the server's. */
export class InvalidBodyError extends Error {
  override readonly name = "InvalidBodyError";
}

export interface QueryBody {
  query: Json;
  arguments?: JsonObject;
}

/** Reads the body of `/query/1`: `query`, a text or template, and `arguments`, an object; nothing else. */
export function readQueryBody(text: string): QueryBody {
  const body = readJsonBody(text);
  if (!isJsonObject(body)) throw unexpected(body);
  const { query, arguments: args, ...others } = body;
  checkQuery(query);
  if (args !== undefined && args !== null && !isJsonObject(args)) throw unexpected(args, "Object");
  if (query === undefined || Object.keys(others).length > 0 || isTooWide(body))
    throw new InvalidBodyError("Invalid request body");
  return { query, ...(isJsonObject(args) ? { arguments: args } : {}) };
}

/** Whether there is an integer that no 64 bits hold. */
function isTooWide(json: Json): boolean {
  if (typeof json === "bigint") return BigInt.asIntN(64, json) !== json;
  return typeof json === "object" && json !== null && Object.values(json).some(isTooWide);
}

/** Reads any JSON body. Throws {@link InvalidBodyError} with the server's message. */
export function readJsonBody(text: string): Json {
  if (text === "") throw new InvalidBodyError("No request body provided");
  checkBodySize(text);
  try {
    return readBodyJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const detail = error.atStart ? "" : `: ${error.message}`;
    throw new InvalidBodyError(`Invalid request body${detail}`);
  }
}

function checkQuery(query: Json | undefined): void {
  if (query === undefined || typeof query === "string" || isJsonObject(query)) return;
  throw unexpected(query, "query template");
}

/** The server's words for a JSON value of the wrong kind. */
export function unexpected(value: Json, expected?: string): InvalidBodyError {
  const hint = expected === undefined ? "" : ` Expected ${expected}.`;
  return new InvalidBodyError(`Invalid request body: Unexpected JSON ${kindOf(value)}.${hint}`);
}

function kindOf(value: Json): string {
  if (value === null) return "Null";
  if (typeof value === "bigint") return "Integer";
  if (typeof value === "number") return "Double";
  if (typeof value === "object") return Array.isArray(value) ? "Array Start" : "Object Start";
  return typeof value === "string" ? "String" : "Boolean";
}
