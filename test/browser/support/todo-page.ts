import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import type { App } from "./app";

// A failed request is logged by the browser itself, and what a boundary has caught by React, though the app deals with it.
const EXPECTED_LOGS =
  /^Failed to load resource|^ClerkJS: Network error|the error boundary you provided, ErrorBoundary\.$/;

/** The example in a fresh browser profile. The test fails if the page logs an error. */
export async function openTodos(browser: Browser, app: App): Promise<TodoPage> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !EXPECTED_LOGS.test(message.text()))
      problems.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    expect(problems).toEqual([]);
  });
  const todos = new TodoPage(context, page, app);
  await page.goto(app.url);
  return todos;
}

/** What a person can do and see in the example. */
export class TodoPage {
  /** The queries sent, oldest first. */
  readonly queries: string[] = [];

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    app: App,
  ) {
    page.on("request", (request) => {
      if (request.url().startsWith(app.fauna.url) && request.method() === "POST")
        this.queries.push(request.postData() ?? "");
    });
  }

  async signInAs(name: string): Promise<void> {
    await this.page.getByRole("button", { name }).click();
    await this.page.getByLabel("User").waitFor();
  }

  async switchUser(name: string): Promise<void> {
    await this.page.getByLabel("User").selectOption({ label: name });
  }

  async switchOrganization(name: string): Promise<void> {
    await this.page.getByLabel("Organization").selectOption({ label: name });
  }

  async signOut(): Promise<void> {
    await this.page.getByRole("button", { name: "Sign out" }).click();
    await this.page.getByText("Who are you?").waitFor();
  }

  async add(title: string): Promise<void> {
    await this.page.getByLabel("New todo").fill(title);
    await this.page.getByRole("button", { name: "Add" }).click();
  }

  /** Resolves once Fauna has answered a query with this in its text. A request that was given up is not answered. */
  async answered(text: string): Promise<void> {
    await this.page.waitForEvent("requestfinished", (request) =>
      Boolean(request.postData()?.includes(text)),
    );
  }

  ask(): Promise<void> {
    return this.page.getByRole("button", { name: "Make authenticated query" }).click();
  }

  /** The answers of FQL v10 and FQL v4, once both are there. */
  async answers(): Promise<string[]> {
    const answers = this.panel("Who does Fauna say I am?");
    const users = answers.locator("dd", { hasText: /^user_/ });
    await users.nth(1).waitFor();
    return users.allTextContents();
  }

  panel(title: string): Locator {
    return this.page.getByRole("region", { name: title });
  }

  /** The state of the live connection, once it is this. */
  connection(state: string): Locator {
    return this.page.locator(".connection", { hasText: new RegExp(`^${state}$`) });
  }

  todo(title: string): Locator {
    return this.page.locator(".todos li", { hasText: title });
  }

  titles(): Promise<string[]> {
    return this.page.locator(".todos li label").allTextContents();
  }

  alert(): Locator {
    return this.page.getByRole("alert");
  }
}
