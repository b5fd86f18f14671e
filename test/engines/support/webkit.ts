import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { programAt, startTied, type TiedProcess } from "./tied-process";
import { ROUTES, type Send, webDriverWindow } from "./webdriver";
import type { Window } from "./window";

/** Opens WebKitGTK's MiniBrowser. On a screen of its own, because only one window of a screen has the focus. */
export async function openWebKit(): Promise<Window> {
  const home = await mkdtemp(join(tmpdir(), "fauna-clerk-webkit-"));
  const processes: TiedProcess[] = [];
  const start = (...command: Parameters<typeof startTied>): TiedProcess => {
    const started = startTied(...command);
    processes.unshift(started);
    return started;
  };
  const close = async (): Promise<void> => {
    for (const each of processes) await each.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 9 });
  };
  try {
    const display = await startScreen(start);
    const driver = programAt("WEBKIT_DRIVER", "/usr/bin/WebKitWebDriver", "webkit2gtk-driver");
    const port = await freePort();
    const program = start(driver, [`--port=${port}`], environment(display, home));
    const send = await openSession(port, program);
    return webDriverWindow(send, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function startScreen(start: typeof startTied): Promise<string> {
  const program = programAt("XVFB", "/usr/bin/Xvfb", "xvfb");
  const args = ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"];
  const [, display = ""] = await start(program, args).prints(/^(\d+)$/m);
  return `:${display}`;
}

const environment = (display: string, home: string): Record<string, string> => ({
  DISPLAY: display,
  HOME: home,
  XDG_RUNTIME_DIR: home,
  GDK_BACKEND: "x11",
  NO_AT_BRIDGE: "1",
  // Without a graphics card, and as any user, in any container.
  LIBGL_ALWAYS_SOFTWARE: "1",
  WEBKIT_DISABLE_DMABUF_RENDERER: "1",
  WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** WebDriver in its HTTP form. */
async function openSession(port: number, driver: TiedProcess): Promise<Send> {
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, driver);
  const browserOptions = { "webkitgtk:browserOptions": { args: ["--automation"] } };
  const capabilities = { alwaysMatch: browserOptions };
  const { sessionId } = (await post(`${url}/session`, { capabilities })) as { sessionId: string };
  const send: Send = (command, { id, ...parameters }: { id?: string }) =>
    post(`${url}/session/${sessionId}/${ROUTES[command].replace("{id}", String(id))}`, parameters);
  await send("SetTimeouts", { script: 60_000, pageLoad: 60_000, implicit: 0 });
  return send;
}

async function untilReady(url: string, driver: TiedProcess): Promise<void> {
  for (;;) {
    if (driver.hasEnded()) throw new Error(`WebKitWebDriver has ended.\n${driver.output()}`);
    const isReady = await fetch(`${url}/status`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resume) => setTimeout(resume, 30));
  }
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  const { value } = (await response.json()) as { value: unknown };
  if (response.ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new Error(`${error}: ${message}`);
}
