import type { Handler, LocalRequest } from "./exchange";

/** A request, as the options `onRequest` and `record` show it. */
export interface ObservedRequest {
  method: string;
  path: string;
  /** Names in lower case. Holds the secret or token that was sent. */
  headers: Readonly<Record<string, string>>;
  /** The body, decoded if it was JSON, otherwise its text. */
  body: unknown;
  protocol: "http/1.1" | "h2";
  /** Milliseconds since 1970. */
  time: number;
}

/** Tells an observer of every request except CORS preflights, when it has arrived and before it is answered. */
export function observed(handler: Handler, observe: (request: ObservedRequest) => void): Handler {
  return (request) => {
    if (request.method !== "OPTIONS") observe(toObserved(request));
    return handler(request);
  };
}

function toObserved({ method, path, headers, body, protocol }: LocalRequest): ObservedRequest {
  return { method, path, headers, body: decode(body), protocol, time: Date.now() };
}

function decode(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Not JSON, which is a body like any other here.
    return body;
  }
}
