import type { LocalRequest, LocalStream, ProxiedStream } from "../../packages/local/src";
import { realServer } from "./server";

/** Gives a stream the `status()` of the local Fauna. A server sends such events when it likes. */
export function withStatus(
  stream: ProxiedStream,
  toServer: (request: LocalRequest) => LocalRequest,
): LocalStream {
  return {
    request: stream.request,
    drop: () => stream.drop(),
    end: () => stream.end(),
    fail: (code, message) => stream.fail(code, message),
    silence: () => stream.silence(),
    status: () => void sendStatus(stream, toServer(stream.request)),
  };
}

/** Takes the present cursor from a feed of the same source. Without the right to it there is no status. */
async function sendStatus(stream: ProxiedStream, { headers, body }: LocalRequest): Promise<void> {
  const response = await fetch(new URL("/feed/1", realServer().endpoint), {
    method: "POST",
    headers: {
      authorization: headers["authorization"] ?? "",
      "content-type": "application/json",
    },
    body: JSON.stringify({ ...(JSON.parse(body) as object), page_size: 16_000 }),
  });
  if (!response.ok) return;
  const { cursor } = (await response.json()) as { cursor: string };
  stream.send({ type: "status", cursor });
}
