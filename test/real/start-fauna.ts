import {
  type LocalFauna,
  type LocalFaunaOptions,
  type LocalRequest,
  type LocalResponse,
  startFaultProxy,
} from "../../packages/local/src";
import { borrowRoot, createDatabase } from "./databases";
import { define } from "./define";
import { withLocalhost, withoutLocalhost } from "./key-sets";
import { realServer } from "./server";
import { withStatus } from "./with-status";

/** `startLocalFauna` on the real server: a new database of it, behind a proxy that makes the faults. */
export async function startLocalFauna(options: LocalFaunaOptions = {}): Promise<LocalFauna> {
  const { secret = "secret", persist, root = false } = options;
  if (persist !== undefined) throw new Error("A real server keeps no database in a file.");
  const database = await (root ? borrowRoot() : createDatabase());
  await define(database.secret, options);
  const toServer = (request: LocalRequest): LocalRequest => ({
    ...request,
    headers: withKey(request.headers, secret, database.secret),
    body: withLocalhost(request.body),
  });
  const proxy = await startFaultProxy({
    ...options,
    target: realServer().endpoint,
    intercept: async (request, send) => fromServer(await send(toServer(request))),
  });
  const close = async (): Promise<void> => {
    await proxy.close();
    await database.delete();
  };
  return {
    ...proxy,
    secret,
    audience: database.audience,
    get streams() {
      return proxy.streams.map((stream) => withStatus(stream, toServer));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

const fromServer = (answer: LocalResponse): LocalResponse =>
  typeof answer.body === "string" ? { ...answer, body: withoutLocalhost(answer.body) } : answer;

/** Puts the database's key in the place of the test's secret, perhaps with a scope behind: `secret:child:admin`. */
function withKey(
  headers: LocalRequest["headers"],
  secret: string,
  key: string,
): LocalRequest["headers"] {
  const [scheme, sent, ...scope] = (headers["authorization"] ?? "").split(/[ :]/);
  if (sent !== secret) return headers;
  return { ...headers, authorization: `${scheme} ${[key, ...scope].join(":")}` };
}
