import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** Opens a Chromium by its own protocol: Playwright shows all pages at once, here only the one in front is visible. */
export async function openTabs() {
  const profile = await mkdtemp(join(tmpdir(), "fauna-clerk-bench-"));
  const args = ["--no-sandbox", "--disable-gpu", "--headless=new", "--remote-debugging-pipe"];
  const chromium = spawn(
    process.env.CHROMIUM ?? "/usr/bin/chromium",
    [...args, `--user-data-dir=${profile}`, "about:blank"],
    { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
  );
  const [, , , commands, answers] = chromium.stdio;
  const waiting = new Map();
  let rest = "";
  answers.setEncoding("utf8").on("data", (chunk) => {
    const texts = (rest + chunk).split("\0");
    rest = texts.pop();
    for (const { id, error, result } of texts.map((text) => JSON.parse(text))) {
      const answer = waiting.get(id);
      waiting.delete(id);
      if (error) answer?.reject(new Error(error.message));
      else answer?.resolve(result);
    }
  });
  let count = 0;
  const send = (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      waiting.set(++count, { resolve, reject });
      commands.write(`${JSON.stringify({ id: count, method, params, sessionId })}\0`);
    });

  return {
    /** Opens a tab in front of the others. Returns what evaluates an expression in it, once it has a `bench`. */
    async open(url) {
      const { targetId } = await send("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
      // Resolves when the page has begun to load.
      await send("Page.navigate", { url }, sessionId);
      const evaluate = async (expression) => {
        const options = { expression, awaitPromise: true, returnByValue: true };
        const { result, exceptionDetails } = await send("Runtime.evaluate", options, sessionId);
        if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
        return result.value;
      };
      while (!(await evaluate("!!globalThis.bench")))
        await new Promise((resolve) => setTimeout(resolve, 20));
      return evaluate;
    },

    async close() {
      const ended = once(chromium, "exit");
      await send("Browser.close");
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
