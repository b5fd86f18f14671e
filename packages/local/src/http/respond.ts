import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { Handler, LocalRequest, LocalResponse } from "./exchange";

export type NodeRequest = IncomingMessage | Http2ServerRequest;
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** Headers that HTTP/2 forbids. */
const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding"]);

/** Reads one request of either HTTP version, lets the handler answer it and writes the answer. */
export function respond(handler: Handler, request: NodeRequest, response: NodeResponse): void {
  const gone = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  // A reset while the body is read shows as an error on the request; the "close" above has said all there is to say.
  request.on("error", () => gone.abort());
  response.on("error", () => gone.abort());
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString("utf8");
    void answer(handler, toLocal(request, body, gone.signal), request, response);
  });
}

async function answer(
  handler: Handler,
  local: LocalRequest,
  request: NodeRequest,
  response: NodeResponse,
): Promise<void> {
  let result: LocalResponse;
  try {
    result = await handler(local);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const body = JSON.stringify({ error: { code: "internal_error", message } });
    result = { status: 500, headers: { "content-type": "application/json;charset=utf-8" }, body };
  }
  if (local.signal.aborted) return;
  if (result.drop) {
    drop(request);
    return;
  }
  // What fails while it is being sent cannot be told any more, only cut off.
  await write(result, local, response).catch(() => drop(request));
}

function toLocal(request: NodeRequest, body: string, signal: AbortSignal): LocalRequest {
  const [path = "/", query = ""] = (request.url ?? "/").split(/\?(.*)/s);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (!name.startsWith(":"))
      headers[name] = Array.isArray(value) ? value.join(", ") : (value ?? "");
  return {
    method: request.method ?? "GET",
    path,
    query: new URLSearchParams(query),
    headers,
    body,
    protocol: request.httpVersionMajor === 2 ? "h2" : "http/1.1",
    signal,
  };
}

/**
 * Cuts the connection. Over HTTP/2 it says so with an error code: Node's client does not tell its user of a bare reset,
 * and a request would hang for ever.
 */
function drop(request: NodeRequest): void {
  if (!("stream" in request)) return void request.socket.resetAndDestroy();
  request.stream.session?.destroy(new Error("dropped"), constants.NGHTTP2_INTERNAL_ERROR);
}

async function write(
  { status, headers = {}, body = "", close }: LocalResponse,
  local: LocalRequest,
  response: NodeResponse,
): Promise<void> {
  const http2 = local.protocol === "h2";
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers))
    if (!http2 || !HOP_BY_HOP.has(name)) response.setHeader(name, value);
  if (close && !http2) response.setHeader("connection", "close");
  if (typeof body === "string") {
    response.end(local.method === "HEAD" ? "" : body);
    return;
  }
  await pipe(body, local.signal, response as ServerResponse);
}

/** Sends chunks as they come; stops asking for more as soon as the client is gone. */
async function pipe(
  body: AsyncIterable<string>,
  signal: AbortSignal,
  response: ServerResponse,
): Promise<void> {
  response.flushHeaders();
  for await (const chunk of body) {
    if (signal.aborted) return;
    response.write(chunk);
  }
  response.end();
}
