import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** How a connection ends: reset, closed in order, or in the middle of what comes next. */
export const CUTS = ["reset", "close", "half"] as const;

/** A proxy before a Fauna that cuts the connections of event streams. */
export interface CuttingProxy {
  readonly url: string;
  /** How many streams have been cut. */
  readonly cuts: number;
  /** Cuts all streams that are open. */
  readonly cut: (how: (typeof CUTS)[number]) => void;
  readonly close: () => void;
}

export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const { port, hostname } = new URL(target);
  const connections = new Set<Socket>();
  const streams = new Set<(how: (typeof CUTS)[number]) => void>();
  let cuts = 0;

  const server = createServer((down) => {
    const up = connect(Number(port), hostname);
    let isHalf = false;
    const end = (): void => {
      streams.delete(cut);
      down.destroy();
      up.destroy();
    };
    function cut(how: (typeof CUTS)[number]): void {
      streams.delete(cut);
      cuts++;
      if (how === "half") return void (isHalf = true);
      if (how === "reset") down.resetAndDestroy();
      else down.end();
      up.destroy();
    }
    for (const socket of [down, up]) {
      connections.add(socket);
      // A cut connection may fail at the other end; it closes then.
      socket.on("error", () => {});
      socket.on("close", () => {
        connections.delete(socket);
        if (socket === down) end();
        else down.end();
      });
    }
    down.on("data", (chunk) => {
      if (chunk.includes("POST /stream/1")) streams.add(cut);
      up.write(chunk);
    });
    up.on("data", (chunk) => {
      if (isHalf) down.write(chunk.subarray(0, Math.floor(chunk.length / 2)), end);
      else down.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get cuts() {
      return cuts;
    },
    cut: (how) => {
      for (const cut of [...streams]) cut(how);
    },
    close() {
      server.close();
      for (const socket of connections) socket.destroy();
    },
  };
}
