import { decodeCursor, LAST_ORDINAL, type EventCursor } from "../../streams/cursor";
import { DatabaseStream } from "../../streams/local-stream";
import { EventReader } from "../../streams/reader";
import { invalid, readEventRequest, type EventRequest } from "../../streams/request";
import { EventSourceError } from "../../streams/resolve";
import { streamEvents } from "../../streams/stream";
import { decodeEventSource, isEventSourceToken } from "../../streams/tokens";
import type { Endpoint } from "./endpoint";
import { badRequest, unauthorized } from "./protocol-error";

const TOO_EARLY =
  "Invalid stream start time: Stream start time can not be before the stream create time.";

/** `/stream/1`: events of a source, for as long as the client stays. */
export const stream: Endpoint = async (request, context) => {
  const body = readEventRequest(request.body);
  const wanted = checkedCursor(body);
  const session = await context.authenticate(request);
  if (!session) return unauthorized("Invalid token, unable to authenticate request");
  const source = decodeEventSource(session.database, body.token);
  if (!source) return badRequest("Invalid request body: invalid event source provided");
  if (wanted && wanted.ts < source.startTs) return badRequest(TOO_EARLY);
  try {
    const reader = new EventReader(session, source);
    const from = wanted ?? { ts: source.startTs, ordinal: LAST_ORDINAL };
    const stream = new DatabaseStream(request, session.database);
    return {
      status: 200,
      headers: { "content-type": "application/json;charset=utf-8" },
      body: context.streams.send(stream, streamEvents(reader, from, stream.arriving)),
    };
  } catch (error) {
    if (!(error instanceof EventSourceError)) throw error;
    return badRequest(`Error evaluating provided stream, ${error.message}`);
  }
};

function checkedCursor({ token, cursor, startTs }: EventRequest): EventCursor | undefined {
  if (startTs !== undefined && cursor !== undefined)
    throw invalid("can not provide both `start_ts` and `cursor`");
  if (!isEventSourceToken(token)) throw invalid("invalid event source provided");
  if (startTs !== undefined) return { ts: startTs, ordinal: LAST_ORDINAL };
  if (cursor === undefined) return undefined;
  const decoded = decodeCursor(cursor);
  if (!decoded) throw invalid("invalid event cursor provided");
  return decoded;
}
