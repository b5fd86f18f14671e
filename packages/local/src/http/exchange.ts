/** A request as a local server's handler sees it, whichever HTTP version carried it. */
export interface LocalRequest {
  method: string;
  /** Path without the query string. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case; a repeated header is joined by ", ". */
  headers: Readonly<Record<string, string>>;
  /** The body as it came, UTF-8 decoded; empty when there was none. */
  body: string;
  protocol: "http/1.1" | "h2";
  /** Aborted when the client closes before the whole answer was sent. */
  signal: AbortSignal;
}

/** The answer to a {@link LocalRequest}. */
export interface LocalResponse {
  status: number;
  /** A name may have several values, each in a line of its own. */
  headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text, or chunks that are sent as they come (a stream stays open until they end). */
  body?: string | AsyncIterable<string>;
  /** Cut the connection instead of answering. */
  drop?: boolean;
  /** Close the connection after this answer. */
  close?: boolean;
}

export type Handler = (request: LocalRequest) => Promise<LocalResponse>;

/** An answer of JSON. `headers` may override the content type. */
export function json(
  status: number,
  body: unknown,
  headers: LocalResponse["headers"] = {},
): LocalResponse {
  return {
    status,
    headers: { "content-type": "application/json;charset=utf-8", ...headers },
    body: JSON.stringify(body),
  };
}
