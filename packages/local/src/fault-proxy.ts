import { text } from "node:stream/consumers";
import { json, type Handler, type LocalRequest, type LocalResponse } from "./http/exchange";
import { serve, type DisturbableServer, type ServerOptions } from "./http/serve";
import { forward, headOf } from "./proxy/forward";
import { UpstreamStream, type ProxiedStream } from "./proxy/proxied-stream";
import { OpenStreams } from "./streams/open-streams";

/** Options of {@link startFaultProxy}. */
export interface FaultProxyOptions extends ServerOptions {
  /** The server behind the proxy, such as `http://127.0.0.1:8443`. */
  target: string | URL;
  /**
   * Stands between the faults and the server: it changes requests before it sends them, or their answers. Faults and
   * observers see a request as it came.
   * @default sends requests as they come
   */
  intercept?: (request: LocalRequest, send: Handler) => Promise<LocalResponse>;
}

/** A running proxy, whose faults are before the server. */
export interface FaultProxy extends DisturbableServer {
  /** The event streams that clients have open through it, oldest first: to count, and to cut. */
  readonly streams: readonly ProxiedStream[];
}

/**
 * Starts a proxy on 127.0.0.1, over HTTP/1.1 and HTTP/2, that makes faults before any Fauna server: it cuts connections,
 * delays, holds and replaces answers, and drops, ends, fails or silences event streams, as `startLocalFauna` does
 * for its own. With it, tests of how a program bears faults run on a real server.
 *
 * A request that the server does not answer at all is answered with status 502 and the code `bad_gateway`.
 *
 * @example
 * ```ts
 * const proxy = await startFaultProxy({ target: "http://127.0.0.1:8443" });
 * const client = new Client({ endpoint: new URL(proxy.url), secret: "secret" });
 * proxy.faults.drop("after"); // the next write is applied, but its answer is lost
 * // …
 * await proxy.close();
 * ```
 */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const streams = new OpenStreams<UpstreamStream>();
  const send = sender(new URL(options.target), streams);
  const { intercept = (request: LocalRequest) => send(request) } = options;
  const server = await serve((request) => intercept(request, send), options);
  return {
    ...server,
    get streams() {
      return streams.all;
    },
  };
}

function sender({ origin }: URL, streams: OpenStreams<UpstreamStream>): Handler {
  return async (request) => {
    try {
      const answer = await forward(origin, request);
      const head = headOf(answer);
      if (request.path !== "/stream/1" || head.status !== 200)
        return { ...head, body: await text(answer) };
      const stream = new UpstreamStream(request);
      return { ...head, body: streams.send(stream, stream.follow(answer)) };
    } catch (error) {
      const message = `${origin} does not answer: ${String(error)}`;
      return json(502, { error: { code: "bad_gateway", message } });
    }
  };
}
