import { once } from "node:events";
import { connect as connectHttp2, type Settings } from "node:http2";
import { isIP } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";

import { toCliError } from "./public-fetch";

/** How browsers talk to a server. */
export type Protocol =
  | { readonly name: "HTTP/1.1" }
  /** `limit` is the server's SETTINGS_MAX_CONCURRENT_STREAMS; undefined if it names none. */
  | { readonly name: "HTTP/2"; readonly limit: number | undefined };

const TIMEOUT_MS = 10_000;
/** What Node says of a server that names no limit. */
const NO_LIMIT = 2 ** 32 - 1;

/**
 * Asks a server which protocol it speaks with browsers. They speak HTTP/2 over TLS alone.
 *
 * @param options - further ones of the connection.
 */
export async function readProtocol(
  endpoint: string,
  signal: AbortSignal,
  options: ConnectionOptions = {},
): Promise<Protocol> {
  const url = new URL(endpoint);
  if (url.protocol === "http:") return { name: "HTTP/1.1" };
  const until = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const socket = connect({
    ...{ host, port: Number(url.port) || 443, servername: isIP(host) ? "" : host },
    ...{ ALPNProtocols: ["h2", "http/1.1"], ...options },
  });
  try {
    await once(socket, "secureConnect", { signal: until });
    if (socket.alpnProtocol !== "h2") return { name: "HTTP/1.1" };
    return { name: "HTTP/2", limit: await readLimit(url, socket, until) };
  } catch (cause) {
    throw toCliError(url, cause as Error);
  } finally {
    socket.destroy();
  }
}

async function readLimit(
  url: URL,
  socket: TLSSocket,
  signal: AbortSignal,
): Promise<number | undefined> {
  const session = connectHttp2(url, { createConnection: () => socket });
  try {
    const [{ maxConcurrentStreams = NO_LIMIT }] = (await once(session, "remoteSettings", {
      signal,
    })) as [Settings];
    return maxConcurrentStreams === NO_LIMIT ? undefined : maxConcurrentStreams;
  } finally {
    session.destroy();
  }
}
