import { createServer } from "node:http";
import { join } from "node:path";
import process from "node:process";

import { chromium } from "playwright-core";
import { build } from "vite";

/** Chromium gives the page a clock of 5 µs with these, otherwise one of 100 µs. */
const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** What an app's bundler makes of a script, with the library's build in it: path → code. */
async function bundle(entry) {
  const { output } = await build({
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
    resolve: { alias: { "fauna-clerk": join(import.meta.dirname, "../../dist/index.js") } },
    build: {
      write: false,
      rollupOptions: { input: entry, output: { entryFileNames: "main.js" } },
    },
  });
  return new Map(output.map(({ fileName, code }) => [`/${fileName}`, code]));
}

/** Serves a page with a script. Resolves with its URL. */
export async function servePage(entry) {
  const scripts = await bundle(entry);
  const server = createServer(({ url }, response) => {
    const code = scripts.get(url);
    response.writeHead(200, {
      ...ISOLATED,
      "content-type": code ? "text/javascript" : "text/html",
    });
    response.end(code ?? '<!doctype html><script type="module" src="/main.js"></script>');
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/**
 * Opens a page with a script in Chromium.
 *
 * @param address - query and fragment of the page's address
 * @returns the page; and when its `performance.now()` was 0 by `process.hrtime()`, in ms
 */
export async function openPage(entry, address) {
  const server = await servePage(entry);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const page = await browser.newPage();
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.goto(server.url + address);
  return {
    page,
    begin: await beginOf(page),
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** Chromium and Node have the same clock of the system; the page's only begins later. */
async function beginOf(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");
  const { metrics } = await devtools.send("Performance.getMetrics");
  await devtools.detach();
  return metrics.find(({ name }) => name === "NavigationStart").value * 1000;
}
