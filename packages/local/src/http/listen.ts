import { createServer as createHttp1Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { respond, type NodeRequest, type NodeResponse } from "./respond";
import type { Handler } from "./exchange";

const PREFACE = Buffer.from("PRI * HTTP/2.0");

export interface Listener {
  port: number;
  /** `http://127.0.0.1:<port>`. */
  url: string;
  /** Ends every connection at once, streams included, and resolves when the port is free. */
  close(): Promise<void>;
}

/**
 * Serves one handler over HTTP/1.1 and cleartext HTTP/2 on one loopback port. The fauna driver opens HTTP/2 with
 * prior knowledge, browsers HTTP/1.1; the first bytes of a connection tell which.
 */
export async function listen(handler: Handler, port = 0): Promise<Listener> {
  const sockets = new Set<Socket>();
  const onRequest = (request: NodeRequest, response: NodeResponse): void =>
    respond(handler, request, response);
  const http1 = createHttp1Server(onRequest);
  // A client ends idle connections itself. If the server does, a request may be on its way and is lost.
  http1.keepAliveTimeout = 0;
  const http2 = createHttp2Server(onRequest);
  // A client that resets an HTTP/2 connection is everyday life for a server under test.
  http2.on("sessionError", (_error, session) => session.destroy());
  const server = createServer((socket) => {
    sockets.add(socket);
    // As servers of either version would set it: the first event of a stream would wait for the client's ACK of the headers.
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    sniff(socket, (isHttp2) => (isHttp2 ? http2 : http1).emit("connection", socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const actual = (server.address() as AddressInfo).port;
  return {
    port: actual,
    url: `http://127.0.0.1:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
        // Its timer that looks for connections without headers would keep the process alive.
        http1.close();
      }),
  };
}

/** Reads until it is clear whether the connection starts with HTTP/2's preface, and puts all bytes back. */
function sniff(socket: Socket, decide: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    seen = Buffer.concat([seen, chunk]);
    const length = Math.min(seen.length, PREFACE.length);
    const alike = seen.subarray(0, length).equals(PREFACE.subarray(0, length));
    if (alike && length < PREFACE.length) return;
    socket.off("data", onData);
    socket.pause();
    socket.unshift(seen);
    // HTTP/2 reads what was put back by itself; resuming would throw it away.
    decide(alike);
    if (!alike) socket.resume();
  };
  socket.on("data", onData);
}
