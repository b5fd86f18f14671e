import { decodeCursor, LAST_ORDINAL, type EventCursor } from "../../streams/cursor";
import { readFeed } from "../../streams/feed";
import { EventReader } from "../../streams/reader";
import { invalid, readEventRequest, type EventRequest } from "../../streams/request";
import { EventSourceError } from "../../streams/resolve";
import { decodeEventSource, isEventSourceToken } from "../../streams/tokens";
import { STATS } from "../../streams/wire-events";
import { json } from "../exchange";
import { InvalidHeaderError, readRetries, readTimeout, readTimestamp } from "../request-headers";
import type { Endpoint } from "./endpoint";
import { badRequest, unauthorized } from "./protocol-error";

const DEFAULT_PAGE_SIZE = 16;
const LARGEST_PAGE_SIZE = 16_000;

/** `/feed/1`: one page of the events of a source. */
export const feed: Endpoint = async (request, context) => {
  checkHeaders(request.headers);
  const body = readEventRequest(request.body);
  const wanted = checkedCursor(body);
  const pageSize = checkedPageSize(body);
  const session = await context.authenticate(request);
  if (!session) return unauthorized("Invalid token, unable to authenticate request");
  const { database } = session;
  const source = decodeEventSource(database, body.token);
  if (!source) return badRequest("Invalid request body: invalid event source provided.");
  try {
    const reader = new EventReader(session, source);
    const from = wanted ?? { ts: source.startTs, ordinal: LAST_ORDINAL };
    const snapshot = Math.max(database.lastTs, source.startTs);
    return json(200, { ...readFeed(reader, from, pageSize, snapshot), stats: STATS });
  } catch (error) {
    if (!(error instanceof EventSourceError)) throw error;
    return badRequest(`Error evaluating provided event source, ${error.message}`);
  }
};

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  try {
    readTimestamp(headers, "x-last-txn-ts");
    readTimeout(headers, "x-query-timeout-ms");
    readRetries(headers, "x-max-contention-retries");
  } catch (error) {
    if (!(error instanceof InvalidHeaderError)) throw error;
    error.message = `Invalid headers: ${error.message}`;
    throw error;
  }
}

function checkedCursor({ token, cursor, startTs }: EventRequest): EventCursor | undefined {
  if (startTs !== undefined && cursor !== undefined)
    throw invalid("can not provide both `start_ts` and `cursor`.");
  if (!isEventSourceToken(token)) throw invalid("invalid event source provided.");
  if (startTs !== undefined) return { ts: startTs, ordinal: LAST_ORDINAL };
  if (cursor === undefined) return undefined;
  const decoded = decodeCursor(cursor);
  if (!decoded) throw invalid("invalid event cursor provided.");
  return decoded;
}

function checkedPageSize({ pageSize = DEFAULT_PAGE_SIZE }: EventRequest): number {
  if (pageSize <= 0) throw invalid("page size must be greater than zero.");
  if (pageSize > LARGEST_PAGE_SIZE)
    throw invalid(`page size can not be greater than ${LARGEST_PAGE_SIZE}.`);
  return pageSize;
}
