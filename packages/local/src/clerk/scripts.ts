import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LocalRequest, LocalResponse } from "../http/exchange";
import { notFound } from "./api-error";
import type { ClerkState } from "./call";

// Names in it begin with a letter or a digit, so none of them leads out of the package.
const PATH = /^\/npm\/(?<name>(?:@[\w.-]+\/)?[\w.-]+)@[\w.^~-]+\/(?<file>dist\/\w[\w.-]*\.js)$/;

/** Whether a request is for a script that pages load from Clerk: `/npm/@clerk/clerk-js@6/dist/clerk.browser.js`. */
export function isScriptRequest({ method, path }: LocalRequest): boolean {
  return method === "GET" && PATH.test(path);
}

/** Serves it from the package that is installed, whatever version is asked for. Throws Clerk's 404. */
export async function serveScript(
  { packages }: ClerkState,
  { path }: LocalRequest,
): Promise<LocalResponse> {
  const { name = "", file = "" } = PATH.exec(path)?.groups ?? {};
  const folder = packages[name];
  if (folder === undefined) throw notFound(`The local Clerk was started without ${name}.`);
  const body = await readFile(join(folder, file), "utf8").catch((cause: unknown) => {
    throw notFound(`${name} has no ${file}: ${String(cause)}`);
  });
  return {
    status: 200,
    headers: { "content-type": "text/javascript;charset=utf-8", "cache-control": "max-age=3600" },
    body,
  };
}
