import type { Session } from "../../access/session";
import type { DatabaseStream } from "../../streams/local-stream";
import type { OpenStreams } from "../../streams/open-streams";
import type { LocalRequest, LocalResponse } from "../exchange";

/** What an endpoint may ask of the server. */
export interface EndpointContext {
  /** Who sends the request; null if the server would answer 401. */
  authenticate(request: LocalRequest): Promise<Session | null>;
  readonly streams: OpenStreams<DatabaseStream>;
  /** Told of queries that are refused before they run. */
  readonly onRefused?: (summary: string) => void;
}

export type Endpoint = (
  request: LocalRequest,
  context: EndpointContext,
) => LocalResponse | Promise<LocalResponse>;
