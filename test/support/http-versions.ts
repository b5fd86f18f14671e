import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import { Readable } from "node:stream";

import { onTestFinished, vi } from "vitest";

/** A version of HTTP that the library's requests can take to a server without TLS. */
export interface HttpVersion {
  readonly protocol: "http/1.1" | "h2";
  /** Makes the running test's requests to an origin use it. */
  readonly speak: (origin: string) => void;
}

/** For `describe.each`. Node's own fetch speaks HTTP/1.1; browsers take HTTP/2 where a server has it. */
export const httpVersions: readonly HttpVersion[] = [
  { protocol: "http/1.1", speak: () => undefined },
  { protocol: "h2", speak: fetchOverHttp2 },
];

function fetchOverHttp2(origin: string): void {
  const { fetch: plain } = globalThis;
  const session = connect(origin);
  onTestFinished(() => {
    vi.unstubAllGlobals();
    session.destroy();
  });
  vi.stubGlobal("fetch", (input: string | URL | Request, init: RequestInit = {}) => {
    if (typeof input !== "string" || !input.startsWith(origin)) return plain(input, init);
    return send(session, input.slice(origin.length), init);
  });
}

/** As much of `fetch` as the library uses: text sent, headers in a plain object, an answer that streams, a signal. */
function send(session: ClientHttp2Session, path: string, init: RequestInit): Promise<Response> {
  const { method = "GET", headers, body, signal } = init;
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ":method": method,
      ":path": path || "/",
      ...(headers as Record<string, string>),
    });
    const abort = (): void => {
      const reason = signal?.reason as Error;
      reject(reason);
      stream.destroy(reason);
    };
    if (signal?.aborted) return abort();
    signal?.addEventListener("abort", abort, { once: true });
    stream.on("error", (cause) => reject(new TypeError("fetch failed", { cause })));
    stream.on("response", ({ ":status": status, ...received }) =>
      resolve(
        new Response(Readable.toWeb(stream) as ReadableStream, {
          status: Number(status),
          headers: toHeaders(received),
        }),
      ),
    );
    stream.end(body as string);
  });
}

function toHeaders(received: IncomingHttpHeaders): Headers {
  const plain = Object.entries(received).filter(([name]) => !name.startsWith(":"));
  return new Headers(plain.map(([name, value]): [string, string] => [name, String(value)]));
}
