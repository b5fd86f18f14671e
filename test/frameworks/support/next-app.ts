import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";

import { startServers } from "../../../examples/next/local-servers";
import type { LocalServers } from "../../../examples/todo/local-servers";

export const NEXT_FOLDER = join(import.meta.dirname, "../../../examples/next");
const NEXT = join(NEXT_FOLDER, "node_modules/next/dist/bin/next");

/** The example, built and served by Next, and the servers that it uses. */
export interface NextApp extends Pick<LocalServers, "clerk" | "fauna"> {
  readonly url: string;
  /** What Next said of the routes. */
  readonly buildLog: string;
  /** What its server has said so far. */
  readonly log: () => string;
  close(): Promise<void>;
}

/** Builds the example and serves it on a free port. `node .ci/prepare.mjs build next` comes first. */
export async function startNextApp(): Promise<NextApp> {
  const servers = await startServers();
  const options = {
    cwd: NEXT_FOLDER,
    env: { ...process.env, ...servers.env, NODE_ENV: "production" } as NodeJS.ProcessEnv,
  };
  const { stdout: buildLog } = await promisify(execFile)(
    process.execPath,
    [NEXT, "build"],
    options,
  );
  // Loopback only, by the name that Next has for it.
  const args = [NEXT, "start", "--port", "0", "--hostname", "localhost"];
  const next = spawn(process.execPath, args, options);
  let said = "";
  for (const stream of [next.stdout, next.stderr])
    stream.on("data", (chunk: Buffer) => (said += String(chunk)));
  const url = await addressOf(next, () => said);
  const close = async (): Promise<void> => {
    const exit = once(next, "exit");
    next.kill();
    await Promise.all([exit, servers.close()]);
  };
  return { ...servers, url, buildLog, log: () => said, close };
}

async function addressOf(next: ChildProcess, said: () => string): Promise<string> {
  while (!said().includes("Ready in")) {
    const [code] = (await Promise.race([
      once(next.stdout!, "data"),
      once(next, "exit"),
    ])) as unknown[];
    if (typeof code === "number") throw new Error(said());
  }
  const [url] = /http:\/\/localhost:\d+/.exec(said()) ?? [];
  if (url === undefined) throw new Error(said());
  return url;
}
