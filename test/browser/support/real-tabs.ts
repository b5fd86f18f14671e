import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { once } from "node:events";

import { CHROMIUM, QUIET } from "./chromium";

// Playwright shows every page all the time, and switches off the cache for "back". So this speaks the DevTools protocol
// itself: here only the tab in front is visible, as for a person.

interface Message {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: unknown;
}

interface Evaluated {
  readonly result: { readonly value: unknown };
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
}

/** A Chromium with a profile of its own, whose tabs are hidden and shown as for a person. */
export class RealBrowser {
  readonly #process;
  readonly #profile: string;
  readonly #commands: Writable;
  readonly #answers = new Map<number, (message: Message) => void>();
  #count = 0;

  private constructor(profile: string) {
    this.#profile = profile;
    this.#process = spawn(
      CHROMIUM,
      [
        ...QUIET,
        "--headless=new",
        // It ends when the pipe does, however this process ends.
        "--remote-debugging-pipe",
        `--user-data-dir=${profile}`,
        "about:blank",
      ],
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
    );
    const [, , , commands, answers] = this.#process.stdio;
    this.#commands = commands as Writable;
    this.#listen(answers as Readable);
  }

  static async launch(): Promise<RealBrowser> {
    const browser = new RealBrowser(await mkdtemp(join(tmpdir(), "fauna-clerk-tabs-")));
    await browser.send("Browser.getVersion");
    return browser;
  }

  async send<T>(method: string, params: object = {}, sessionId?: string): Promise<T> {
    const id = ++this.#count;
    const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
    this.#commands.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { error, result } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  /**
   * Opens a tab in front of the others, or in a window of its own.
   *
   * @param script - runs before each page's own scripts.
   */
  async open(url: string, script: string, isNewWindow = false): Promise<RealTab> {
    const { targetId } = await this.send<{ targetId: string }>("Target.createTarget", {
      url: "about:blank",
      newWindow: isNewWindow,
    });
    const { sessionId } = await this.send<{ sessionId: string }>("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    const tab = new RealTab(this, targetId, sessionId);
    await tab.send("Page.enable");
    await tab.send("Page.addScriptToEvaluateOnNewDocument", { source: script });
    await tab.goto(url);
    return tab;
  }

  async close(): Promise<void> {
    const ended = once(this.#process, "exit");
    await this.send("Browser.close");
    await ended;
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #listen(answers: Readable): void {
    let rest = "";
    answers.setEncoding("utf8").on("data", (chunk: string) => {
      const messages = (rest + chunk).split("\0");
      rest = messages.pop() ?? "";
      for (const message of messages.map((text) => JSON.parse(text) as Message)) {
        this.#answers.get(message.id ?? 0)?.(message);
        this.#answers.delete(message.id ?? 0);
      }
    });
  }
}

export class RealTab {
  constructor(
    readonly browser: RealBrowser,
    readonly targetId: string,
    readonly sessionId: string,
  ) {}

  send<T>(method: string, params?: object): Promise<T> {
    return this.browser.send(method, params, this.sessionId);
  }

  /** The value of an expression in the page, once it resolves. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send<Evaluated>("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description);
    return result.value as T;
  }

  goto(url: string): Promise<unknown> {
    return this.send("Page.navigate", { url });
  }

  /** Shows it, which hides the others of its window. */
  async show(): Promise<void> {
    await this.browser.send("Target.activateTarget", { targetId: this.targetId });
  }

  /** Its process ends, and the page has no chance to tidy up. */
  crash(): void {
    // Nobody is left to answer.
    void this.send("Page.crash");
  }

  /** Freezes the page, or wakes it. */
  async freeze(isFrozen: boolean): Promise<void> {
    await this.send("Page.setWebLifecycleState", { state: isFrozen ? "frozen" : "active" });
  }
}
