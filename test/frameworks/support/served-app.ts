import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";

import { startServers } from "../../../examples/next/local-servers";
import type { LocalServers } from "../../../examples/todo/local-servers";

/** How an example is built and served, by the tools that it has installed. */
export interface ServedExample {
  readonly folder: string;
  /** What begins the names of the variables that its pages may read. */
  readonly prefix: string;
  /** Arguments of Node. */
  readonly build: readonly string[];
  readonly serve: readonly string[];
  readonly env?: Record<string, string>;
}

/** An example, built and served, and the servers that it uses. */
export interface ServedApp extends Pick<LocalServers, "clerk" | "fauna"> {
  readonly url: string;
  /** What the build has said. */
  readonly buildLog: string;
  /** What its server has said so far. */
  readonly log: () => string;
  close(): Promise<void>;
}

/** Builds an example and serves it on a free port of loopback. `node .ci/prepare.mjs` has installed it. */
export async function startApp(example: ServedExample): Promise<ServedApp> {
  const { folder, prefix, build, serve, env } = example;
  const servers = await startServers(prefix);
  const options = {
    cwd: folder,
    env: {
      ...process.env,
      ...servers.env,
      ...env,
      NODE_ENV: "production",
    } as NodeJS.ProcessEnv,
  };
  const { stdout: buildLog } = await promisify(execFile)(process.execPath, build, options);
  const server = spawn(process.execPath, serve, options);
  let said = "";
  for (const stream of [server.stdout, server.stderr])
    stream.on("data", (chunk: Buffer) => (said += String(chunk)));
  const url = await addressOf(server, () => said);
  const close = async (): Promise<void> => {
    const exit = once(server, "exit");
    server.kill();
    await Promise.all([exit, servers.close()]);
  };
  return { ...servers, url, buildLog, log: () => said, close };
}

const ADDRESS = /http:\/\/localhost:\d+/;

async function addressOf(server: ChildProcess, said: () => string): Promise<string> {
  for (;;) {
    const [url] = ADDRESS.exec(said()) ?? [];
    if (url !== undefined) return url;
    const heard = [server.stdout!, server.stderr!].map((stream) => once(stream, "data"));
    const [code] = (await Promise.race([...heard, once(server, "exit")])) as unknown[];
    if (typeof code === "number") throw new Error(said());
  }
}
