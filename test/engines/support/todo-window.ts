import type { Plugin } from "vite";

import { until, type Window } from "./window";

declare global {
  interface Window {
    /** Errors that the page has logged or that nobody has handled. */
    problems: string[];
  }
}

/** Notes a page's problems in the page, because not every driver can read the console. */
export const noteProblems: Plugin = {
  name: "note-problems",
  transformIndexHtml: () => [
    {
      tag: "script",
      injectTo: "head-prepend",
      children: `window.problems = [];
        const { error } = console;
        console.error = (...args) => {
          problems.push(args.map(String).join(" "));
          error.apply(console, args);
        };
        addEventListener("error", ({ message }) => problems.push(message));
        addEventListener("unhandledrejection", ({ reason }) => problems.push(String(reason)));`,
    },
  ],
};

/** What a person can do and see in a window with the example. */
export class TodoWindow {
  constructor(readonly window: Window) {}

  async signInAs(name: string): Promise<void> {
    await this.#click(name);
    await until(this.window, () => document.querySelector("select[aria-label=User]") !== null);
  }

  async signOut(): Promise<void> {
    await this.#click("Sign out");
    await this.says("Who are you?");
    await until(this.window, () => document.querySelector(".todos") === null);
  }

  /** Chooses a user or an organization. */
  choose(what: "User" | "Organization", name: string): Promise<void> {
    return this.window.choose(`//select[@aria-label="${what}"]`, name);
  }

  add(title: string): Promise<void> {
    return this.window.type(`//input[@aria-label="New todo"]`, title);
  }

  async rename(title: string, next: string): Promise<void> {
    await this.#click(`Edit ${title}`);
    await this.window.type(`//input[@aria-label="Title of ${title}"]`, next);
  }

  tick(title: string): Promise<void> {
    return this.window.click(`//li[contains(., "${title}")]//input[@type="checkbox"]`);
  }

  remove(title: string): Promise<void> {
    return this.#click(`Delete ${title}`);
  }

  /** Asks who Fauna says it is, in FQL v10 and v4. Resolves once both say this. */
  async asks(userId: string): Promise<void> {
    await this.#click("Make authenticated query");
    await until(
      this.window,
      (userId) =>
        [...document.querySelectorAll("dd")].filter(({ textContent }) => textContent === userId)
          .length > 1,
      userId,
    );
  }

  /** Resolves once a todo is listed. */
  lists(title: string): Promise<void> {
    return until(this.window, isListed, title, true);
  }

  /** Resolves once a todo is no longer listed. */
  async listsNo(title: string): Promise<void> {
    await until(this.window, isListed, title, false);
  }

  /** Resolves once a todo is listed as done. */
  hasDone(title: string): Promise<void> {
    return until(
      this.window,
      (title) =>
        [...document.querySelectorAll(".todos li")].some(
          (todo) => todo.textContent.includes(title) && todo.querySelector("input")?.checked,
        ),
      title,
    );
  }

  /** Resolves once the page says this somewhere. */
  says(text: string): Promise<void> {
    return until(this.window, (text) => document.body.innerText.includes(text), text);
  }

  /** Resolves once the live connection is in this state. */
  is(state: string): Promise<void> {
    return until(
      this.window,
      (state) => document.querySelector(".connection")?.textContent === state,
      state,
    );
  }

  #click(name: string): Promise<void> {
    return this.window.click(
      `//button[contains(normalize-space(.), "${name}") or @aria-label="${name}"]`,
    );
  }
}

const isListed = (title: string, isWanted: boolean): boolean =>
  [...document.querySelectorAll(".todos li")].some(({ textContent }) =>
    textContent.includes(title),
  ) === isWanted;
