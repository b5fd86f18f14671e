import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { programAt, startTied, type TiedProcess } from "./tied-process";
import { type Send, webDriverWindow } from "./webdriver";
import type { Window } from "./window";

/** No requests of its own, and a window that counts as the one with the focus. */
const PREFERENCES = {
  "marionette.port": 0,
  "focusmanager.testmode": true,
  "app.update.disabledForTesting": true,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.homepage_override.mstone": "ignore",
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.systemAddon.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,#remote-settings-dummy/v1",
  "toolkit.telemetry.reportingpolicy.firstRun": false,
};

/**
 * Opens Firefox. It speaks WebDriver by a protocol of its own, Marionette, which geckodriver translates; Debian has no
 * geckodriver.
 */
export async function openFirefox(preferences: object = {}): Promise<Window> {
  const program = programAt("FIREFOX", "/usr/bin/firefox-esr", "firefox-esr");
  const profile = await mkdtemp(join(tmpdir(), "fauna-clerk-firefox-"));
  const lines = Object.entries({ ...PREFERENCES, ...preferences }).map(
    (entry) => `user_pref(${entry.map((part) => JSON.stringify(part)).join(", ")});`,
  );
  await writeFile(join(profile, "user.js"), lines.join("\n"));
  const args = ["--headless", "--marionette", "--no-remote", "--profile", profile];
  const firefox = startTied(program, args, { HOME: profile, MOZ_CRASHREPORTER_DISABLE: "1" });
  const close = async (): Promise<void> => {
    await firefox.stop();
    await rm(profile, { recursive: true, force: true, maxRetries: 9 });
  };
  try {
    const marionette = new Marionette(await connectTo(await portOf(firefox)));
    await marionette.send("NewSession", {});
    const send: Send = (command, parameters) => marionette.send(command, parameters);
    await send("SetTimeouts", { script: 60_000, pageLoad: 60_000, implicit: 0 });
    return webDriverWindow(send, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** The port that Marionette has chosen. */
async function portOf(firefox: TiedProcess): Promise<number> {
  const [, port] = await firefox.prints(/Marionette\s+INFO\s+Listening on port (\d+)/);
  return Number(port);
}

async function connectTo(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await new Promise<void>((resolve, reject) =>
    socket.once("connect", resolve).once("error", reject),
  );
  return socket;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

type Failure = { readonly error: string; readonly message: string };
type Answer = [kind: 1, id: number, failure: Failure | null, result: unknown];

/** Messages are JSON with their length before: `23:[0,1,"WebDriver:Back",{}]`. */
class Marionette {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #received = Buffer.alloc(0);
  #count = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("close", () => this.#end(new Error("Firefox has ended.")));
    // Comes before "close".
    socket.on("error", (error) => this.#end(error));
  }

  send(command: string, parameters: object): Promise<unknown> {
    const id = ++this.#count;
    const message = JSON.stringify([0, id, `WebDriver:${command}`, parameters]);
    this.#socket.write(`${Buffer.byteLength(message)}:${message}`);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #end(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const colon = this.#received.indexOf(":");
      const end = colon + 1 + Number(this.#received.subarray(0, colon).toString());
      if (colon < 0 || this.#received.length < end) return;
      const message = JSON.parse(this.#received.subarray(colon + 1, end).toString()) as unknown;
      this.#received = this.#received.subarray(end);
      // The first one is a greeting.
      if (Array.isArray(message)) this.#settle(message as Answer);
    }
  }

  #settle([, id, failure, result]: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (failure) waiting?.reject(new Error(`${failure.error}: ${failure.message}`));
    else waiting?.resolve((result as { value?: unknown } | null)?.value);
  }
}
