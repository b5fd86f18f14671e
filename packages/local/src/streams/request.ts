import { InvalidBodyError, checkBodySize } from "../http/query-body";
import {
  describeJson,
  isJsonObject,
  JsonSyntaxError,
  readBodyJson,
  type Json,
} from "../http/read-json";

/** The body of a stream or feed request, its parts checked for their type only. */
export interface EventRequest {
  readonly token: string;
  readonly startTs?: number;
  readonly cursor?: string;
  readonly pageSize?: number;
}

/** Reads the body. Throws {@link InvalidBodyError} with the server's message. */
export function readEventRequest(text: string): EventRequest {
  if (text === "") throw new InvalidBodyError("No request body provided");
  checkBodySize(text);
  const body = readBody(text);
  if (!isJsonObject(body)) throw unexpected(body);
  if (body.token === undefined) throw invalid("Value for key token not found.");
  const { token, start_ts: startTs, cursor, page_size: pageSize } = body;
  return {
    token: asString(token),
    ...(startTs === undefined ? {} : { startTs: asInteger(startTs) }),
    ...(cursor === undefined ? {} : { cursor: asString(cursor) }),
    ...(pageSize === undefined ? {} : { pageSize: asInteger(pageSize) }),
  };
}

export function invalid(detail: string): InvalidBodyError {
  return new InvalidBodyError(`Invalid request body: ${detail}`);
}

function readBody(text: string): Json {
  try {
    return readBodyJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw invalid(error.message);
    throw error;
  }
}

function asString(value: Json): string {
  if (typeof value === "string") return value;
  throw unexpected(value);
}

function asInteger(value: Json): number {
  if (typeof value === "bigint") return Number(value);
  throw unexpected(value);
}

function unexpected(value: Json): InvalidBodyError {
  return invalid(`Unexpected ${describeJson(value)}.`);
}
