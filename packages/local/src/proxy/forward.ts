import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { LocalRequest } from "../http/exchange";

/** Headers of one connection, which say nothing of the next. The proxy reads what it passes on, so not compressed. */
const OF_THE_CONNECTION = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "host",
  "http2-settings",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);

/** Sends a request on to a server. Resolves with the answer's head; the body is still to be read. */
export function forward(
  origin: string,
  { method, path, query, headers, body }: LocalRequest,
): Promise<IncomingMessage> {
  const url = new URL(path, origin);
  url.search = query.toString();
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    // A connection for each: one that is kept can end just when it is taken again.
    const request = send(url, { method, headers: endToEnd(headers), agent: false }, resolve);
    request.on("error", reject);
    request.end(body);
  });
}

/** The part of an answer before its body, as the proxy passes it on. */
export function headOf({ statusCode = 0, headers }: IncomingMessage): {
  status: number;
  headers: Record<string, string>;
} {
  const texts = Object.entries(headers).map(([name, value = ""]) => [name, String(value)] as const);
  return { status: statusCode, headers: endToEnd(Object.fromEntries(texts)) };
}

function endToEnd(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.has(name));
  return Object.fromEntries(kept);
}
