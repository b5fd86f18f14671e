/** A browser's window, with a profile of its own. Elements are found by XPath, and waited for. */
export interface Window {
  goto(url: string): Promise<unknown>;
  reload(): Promise<unknown>;
  back(): Promise<unknown>;
  /** Runs a function in the page, without what is around it here. What it returns and throws comes back as JSON. */
  run<T, A extends unknown[]>(work: (...args: A) => T | Promise<T>, ...args: A): Promise<T>;
  click(xpath: string): Promise<void>;
  /** Writes a text in the place of what a field has, and presses Enter. */
  type(xpath: string, text: string): Promise<void>;
  choose(xpath: string, label: string): Promise<void>;
  close(): Promise<void>;
}

const PATIENCE_MS = 60_000;

/** Resolves once it is so in the page, or rejects when it has not become so in time. */
export async function until<A extends unknown[]>(
  window: Window,
  isSo: (...args: A) => boolean,
  ...args: A
): Promise<void> {
  const start = Date.now();
  while (!(await answerOf(window, isSo, args))) {
    if (Date.now() - start > PATIENCE_MS) {
      const page = await window.run(
        () => `${document.body.innerText}\n${JSON.stringify(globalThis.window.page?.seen)}`,
      );
      throw new Error(`Never so: ${isSo} of ${JSON.stringify(args)}. The page has:\n${page}`);
    }
    await new Promise((resume) => setTimeout(resume, 30));
  }
}

/** Asks the page. One that is being left, as Clerk leaves it after a sign-out, has no answer: the next one will. */
async function answerOf<A extends unknown[]>(
  window: Window,
  isSo: (...args: A) => boolean,
  args: A,
): Promise<boolean> {
  try {
    return await window.run(isSo, ...args);
  } catch (error) {
    if (!String(error).includes("Execution context was destroyed")) throw error;
    return false;
  }
}
