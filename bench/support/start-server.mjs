import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** Starts the server in a process of its own, so that its work is not measured. */
export async function startServer() {
  const child = fork(join(import.meta.dirname, "server.mjs"));
  const [urls] = await once(child, "message");
  return { ...urls, close: () => child.disconnect() };
}
