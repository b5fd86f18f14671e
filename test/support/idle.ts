import { webcrypto } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** A connection of this process with itself, or one end of a connection with another process. */
interface Connection {
  client?: Socket;
  server?: Socket;
  /** Of the client, when it was looked at last. */
  written: number;
  read: number;
  /** Whether the client has sent something since it got something. */
  isAsking: boolean;
}

/** Set before a test replaces the timers. */
const turn = setImmediate;

const connecting = new Set<Socket>();
const connections = new Map<string, Connection>();
/** Sockets that have told of their end, which they do some time after they were destroyed. */
const closed = new WeakSet<Socket>();
/** What is being computed in other threads. */
let computing = 0;

subscribe("net.client.socket", (message) => {
  const { socket } = message as { socket: Socket };
  connecting.add(socket);
  socket.once("connect", () => {
    connecting.delete(socket);
    join("client", socket, socket.localPort, socket.remotePort);
  });
  socket.once("close", () => connecting.delete(socket));
});

subscribe("net.server.socket", (message) => {
  const { socket } = message as { socket: Socket };
  join("server", socket, socket.remotePort, socket.localPort);
});

function join(end: "client" | "server", socket: Socket, ...ports: (number | undefined)[]): void {
  const key = ports.join();
  const connection = connections.get(key) ?? { written: 0, read: 0, isAsking: true };
  connection[end] = socket;
  connections.set(key, connection);
  socket.once("close", () => {
    closed.add(socket);
    if (!isTalking(connection)) connections.delete(key);
  });
}

// What local servers and SDKs sign and verify with.
const subtle = Object.getPrototypeOf(webcrypto.subtle) as Record<string, AsyncFunction>;
for (const name of ["sign", "verify", "digest", "importKey", "exportKey", "generateKey"]) {
  const compute = subtle[name]!;
  subtle[name] = function (this: unknown, ...args: unknown[]) {
    computing++;
    return compute.apply(this, args).finally(() => computing--);
  };
}

type AsyncFunction = (this: unknown, ...args: unknown[]) => Promise<unknown>;

/**
 * Whether nothing can happen any more unless a timer fires: no byte is on its way between the sockets of this process,
 * nothing is being computed elsewhere, and no callback waits for its turn. Ask in a callback of `setImmediate`.
 */
export function isIdle(): boolean {
  if (connecting.size > 0 || computing > 0) return false;
  for (const connection of connections.values()) if (isTalking(connection)) return false;
  return !process.getActiveResourcesInfo().some((type) => PENDING.test(type));
}

/** Resolves when nothing can happen any more unless a timer fires: what has not come by then does not come. */
export async function untilIdle(): Promise<void> {
  do await new Promise<void>((resume) => turn(resume));
  while (!isIdle());
}

/** Callbacks of `setImmediate`, and what has been asked of files, DNS and the network; timers and open handles may wait. */
const PENDING = /^Immediate$|Req|^(?:TCPConnect|Write|Shutdown)Wrap$/;

function isTalking(connection: Connection): boolean {
  const { client, server } = connection;
  if (client?.destroyed || server?.destroyed) return !isClosed(client) || !isClosed(server);
  if (client && server) return isOnItsWay(client, server) || isOnItsWay(server, client);
  // The other end has not been accepted yet, or is in another process.
  return client ? isAsking(connection, client) : server?.bytesRead === 0;
}

function isAsking(connection: Connection, { bytesWritten, bytesRead }: Socket): boolean {
  if (bytesRead > connection.read) connection.isAsking = false;
  if (bytesWritten > connection.written) connection.isAsking = true;
  [connection.written, connection.read] = [bytesWritten, bytesRead];
  return connection.isAsking;
}

const isClosed = (end: Socket | undefined): boolean => !end || closed.has(end);

/** A reader that has enough takes more when it wants to. HTTP/2 does not count what it writes. */
const isOnItsWay = (from: Socket, to: Socket): boolean =>
  from.bytesWritten > to.bytesRead && to.readableLength < to.readableHighWaterMark;

/** What is not idle, for the message of a test that waits for it in vain. */
export function describeWork(): string {
  const describe = (socket: Socket | undefined): unknown =>
    socket && {
      destroyed: socket.destroyed,
      written: socket.bytesWritten,
      read: socket.bytesRead,
      buffered: socket.readableLength,
    };
  const talking = [...connections.values()].filter(isTalking);
  return JSON.stringify({
    connecting: connecting.size,
    computing,
    talking: talking.map(({ client, server }) => [describe(client), describe(server)]),
    pending: process.getActiveResourcesInfo().filter((type) => PENDING.test(type)),
  });
}
