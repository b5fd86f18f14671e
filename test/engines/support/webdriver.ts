import type { Window } from "./window";

/** Commands of the WebDriver protocol, with their places in its HTTP form. */
export const ROUTES = {
  Navigate: "url",
  Refresh: "refresh",
  Back: "back",
  ExecuteAsyncScript: "execute/async",
  FindElement: "element",
  ElementClick: "element/{id}/click",
  ElementSendKeys: "element/{id}/value",
  SetTimeouts: "timeouts",
} as const;

export type Command = keyof typeof ROUTES;

/** Sends a command to a browser. Resolves with its value. */
export type Send = (command: Command, parameters: object) => Promise<unknown>;

const PATIENCE_MS = 60_000;
/** What passes by itself while a page renders. */
const PASSING = /no such element|stale element|not interactable|click intercepted/;
const ENTER = "\uE007";

type Outcome = { readonly value: unknown } | { readonly error: string };

/** A window behind a WebDriver. `close` ends its browser. */
export function webDriverWindow(send: Send, close: () => Promise<void>): Window {
  async function run(script: string, args: readonly unknown[]): Promise<unknown> {
    const outcome = (await send("ExecuteAsyncScript", {
      script: `const done = arguments[arguments.length - 1];
        new Promise((resolve) => resolve((${script})(...[...arguments].slice(0, -1)))).then(
          (value) => done({ value: value ?? null }),
          (error) => done({ error: String(error) + " " + String(error.stack) }),
        );`,
      args,
    })) as Outcome | null;
    if (!outcome) throw new Error("The page has gone meanwhile.");
    if ("error" in outcome) throw new Error(outcome.error);
    return outcome.value;
  }

  const find = async (xpath: string): Promise<{ element: object; id: string }> => {
    const element = await send("FindElement", { using: "xpath", value: xpath });
    return { element: element as object, id: Object.values(element as object)[0] as string };
  };

  const click = (xpath: string): Promise<void> =>
    patiently(async () => {
      const { id } = await find(xpath);
      await send("ElementClick", { id });
    });

  return {
    goto: (url) => send("Navigate", { url }),
    reload: () => send("Refresh", {}),
    back: () => send("Back", {}),
    run: (work, ...args) => run(String(work), args) as never,
    click,
    type: (xpath, text) =>
      patiently(async () => {
        const { element, id } = await find(xpath);
        await run("(input) => input.select()", [element]);
        await send("ElementSendKeys", { id, text: text + ENTER });
      }),
    choose: (xpath, label) => click(`${xpath}/option[normalize-space(.)="${label}"]`),
    close,
  };
}

async function patiently(act: () => Promise<void>): Promise<void> {
  const start = Date.now();
  for (;;)
    try {
      return await act();
    } catch (error) {
      if (!PASSING.test(String(error)) || Date.now() - start > PATIENCE_MS) throw error;
      await new Promise((resume) => setTimeout(resume, 30));
    }
}
