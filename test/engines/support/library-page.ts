import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { build, type Rolldown } from "vite";

import { sources } from "../../../vitest.config";

const HTML = `<!doctype html><link rel="icon" href="data:,"><div id="root"></div><script src="/main.js"></script>`;

/** A page with the library in it, whose origin gives out tokens. */
export interface LibraryPage {
  readonly url: string;
  readonly close: () => void;
}

/** @param token - makes a token for a user. */
export async function startLibraryPage(
  token: (user: string) => Promise<string>,
): Promise<LibraryPage> {
  const script = await bundle();
  return listen(({ url = "" }, response) => {
    const [, user] = /^\/token\/(\w+)$/.exec(url) ?? [];
    if (user) void token(user).then((text) => response.end(text));
    else if (url === "/main.js") response.setHeader("content-type", "text/javascript").end(script);
    else response.setHeader("content-type", "text/html").end(url === "/other" ? "Other" : HTML);
  });
}

async function bundle(): Promise<string> {
  const entry = fileURLToPath(new URL("../page/main.tsx", import.meta.url));
  const [{ output }] = (await build({
    configFile: false,
    logLevel: "error",
    plugins: [react()],
    resolve: { alias: sources },
    define: { "process.env.NODE_ENV": '"development"' },
    build: {
      write: false,
      lib: { entry, name: "exported", formats: ["iife"] },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  })) as [Rolldown.RolldownOutput];
  return output[0].code;
}

/** A server on a free port. */
export async function listen(serve: RequestListener): Promise<LibraryPage> {
  const server: Server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
