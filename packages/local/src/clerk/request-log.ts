import type { LocalRequest, LocalResponse } from "../http/exchange";

/** One request that the local Clerk answered, preflights left out. */
export interface LocalClerkRequest {
  /** With the method that the SDK meant where it sent POST for another. */
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** When it came, in ms since 1970. */
  readonly at: number;
}

export function logEntry(
  request: LocalRequest,
  response: LocalResponse,
  at: number,
): LocalClerkRequest {
  const method = request.query.get("_method") ?? request.method;
  return { method, path: request.path, status: response.status, at };
}
