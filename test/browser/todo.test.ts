import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { claims } from "../../examples/todo/local-servers";
import { ask } from "../support/ask";
import { startApp, type App } from "./support/app";
import { launchChromium } from "./support/chromium";
import { openTodos, type TodoPage } from "./support/todo-page";

let app: App;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), launchChromium()]);
});
afterEach(() => {
  app.fauna.faults.clear();
  app.clerk.faults.clear();
});
afterAll(() => Promise.all([app.close(), browser.close()]));

const ADAS = "Write to Mr Babbage";
const GRACES = "Tape the moth into the logbook";

/** Two browsers in which Alan is signed in and sees what the other one writes. */
async function openTwoWindows(): Promise<[TodoPage, TodoPage]> {
  const windows = [await openTodos(browser, app), await openTodos(browser, app)] as const;
  for (const window of windows) {
    await window.signInAs("Alan Turing");
    await window.connection("Live").waitFor();
  }
  return [...windows];
}

test("signs in through Clerk and shows the user's todos", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  expect(await todos.todo(GRACES).count()).toBe(0);
});

test("stays signed in over a reload", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.page.reload();
  await todos.todo(ADAS).waitFor();
});

test("asks Fauna who the user is in FQL v10 and v4", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Grace Hopper");
  await todos.ask();
  expect(await todos.answers()).toEqual(["user_grace", "user_grace"]);
});

test("shows the claims that the JWT template adds, as Fauna has read them", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.ask();
  await todos.panel("Who does Fauna say I am?").getByText("ada@example.test, lead").waitFor();
});

test("adds, completes and deletes a todo", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Alan Turing");
  await todos.page.getByText("Nothing to do.").waitFor();
  await todos.add("Decide the undecidable");
  const checkbox = todos.todo("Decide the undecidable").getByRole("checkbox");
  await Promise.all([todos.answered("update("), checkbox.click()]);
  await todos.page.reload();
  await checkbox.waitFor();
  expect(await checkbox.isChecked()).toBe(true);
  await todos.page.getByRole("button", { name: "Delete Decide the undecidable" }).click();
  await todos.page.getByText("Nothing to do.").waitFor();
});

test("moves the focus from a deleted todo to the next, else to the one before, else to the field", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Alan Turing");
  for (const title of ["Last", "Middle", "First"]) {
    await todos.add(title);
    await todos.todo(title).waitFor();
  }
  const remove = (title: string): Promise<void> =>
    todos.page.getByRole("button", { name: `Delete ${title}` }).press("Enter");
  await remove("Middle");
  await todos.todo("Last").locator(":focus").waitFor();
  await remove("Last");
  await todos.todo("First").locator(":focus").waitFor();
  await remove("First");
  await todos.page.getByText("Nothing to do.").waitFor();
  expect(await todos.page.getByLabel("New todo").evaluate(hasFocus)).toBe(true);
});

test("moves the focus also from a todo that another window has deleted", async () => {
  const [one, two] = await openTwoWindows();
  for (const title of ["Stays", "Goes"]) await one.add(title);
  await two.todo("Goes").getByRole("checkbox").focus();
  await one.page.getByRole("button", { name: "Delete Goes" }).click();
  await two.todo("Stays").locator(":focus").waitFor();
  await two.page.getByRole("button", { name: "Delete Stays" }).click();
  await one.page.getByText("Nothing to do.").waitFor();
});

const hasFocus = (element: Element): boolean => element === document.activeElement;

test("pages through a thousand todos", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Grace Hopper");
  await todos.todo(GRACES).waitFor();
  expect(await todos.titles()).toHaveLength(50);
  const more = todos.panel("My todos").getByRole("button", { name: "More todos" });
  for (let shown = 100; shown <= 1000; shown += 50) {
    await more.click();
    await todos.page
      .locator(".todos label")
      .nth(shown - 1)
      .waitFor();
  }
  expect(new Set(await todos.titles()).size).toBe(1000);
  expect(await more.count()).toBe(0);
});

test("keeps the focus on the button that asks for more todos", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Grace Hopper");
  const more = todos.panel("My todos").getByRole("button", { name: "More todos" });
  await more.press("Enter");
  await todos.todo("Check page 99 of the tape").waitFor();
  expect(await more.evaluate(hasFocus)).toBe(true);
});

test("moves the focus from that button, when it goes, to the first todo that has come", async () => {
  const { fauna } = app;
  const admin = (query: string): Promise<unknown> => ask(fauna, fauna.secret, query);
  await admin(`Set.sequence(1, 53).forEach(number => Todo.create({
    owner: "user_alan", org: "personal", title: "Step #{number}.", done: false,
    createdAt: Time.now().subtract(number, "minutes")
  }))`);
  onTestFinished(async () => {
    await admin(`Todo.where(.owner == "user_alan").forEach(todo => todo.delete())`);
  });
  const todos = await openTodos(browser, app);
  await todos.signInAs("Alan Turing");
  await todos.panel("My todos").getByRole("button", { name: "More todos" }).press("Enter");
  await todos.todo("Step 51.").locator(":focus").waitFor();
});

test("completes a todo of a later page in its place", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Grace Hopper");
  await todos.panel("My todos").getByRole("button", { name: "More todos" }).click();
  const checkbox = todos.todo("Check page 70 of the tape").getByRole("checkbox");
  await checkbox.waitFor();
  const titles = await todos.titles();
  await Promise.all([todos.answered("Set.paginate("), checkbox.click()]);
  expect(await checkbox.isChecked()).toBe(true);
  expect(await todos.titles()).toEqual(titles);
});

test("counts behind Suspense, and again after a write", async () => {
  const todos = await openTodos(browser, app);
  const hold = app.fauna.faults.hold({ match: ({ body }) => body.includes("count()") });
  await todos.signInAs("Alan Turing");
  await hold.reached();
  await todos.panel("Progress").getByText("Counting…").waitFor();
  hold.release();
  await todos.panel("Progress").getByText("0 of 0 done").waitFor();
  await todos.add("Count to one");
  await todos.panel("Progress").getByText("0 of 1 done").waitFor();
  await todos.page.getByRole("button", { name: "Delete Count to one" }).click();
  await todos.panel("Progress").getByText("0 of 0 done").waitFor();
});

test("says why it cannot count, and counts when it is asked again", async () => {
  const todos = await openTodos(browser, app);
  const error = { code: "limit_reached", message: "No counting today." };
  const headers = { "access-control-allow-origin": "*" };
  // Not once only: where the first answer is faster than React's commit, a component that mounts after it asks once more.
  const refusal = app.fauna.faults.respond(
    { status: 400, body: { error }, headers },
    { match: ({ body }) => body.includes("count()"), times: Infinity },
  );
  await todos.signInAs("Grace Hopper");
  const alert = todos.panel("Progress").getByRole("alert");
  await alert.filter({ hasText: "No counting today." }).waitFor();
  refusal.stop();
  await alert.getByRole("button", { name: "Try again" }).click();
  await todos.panel("Progress").getByText("of 1,000 done").waitFor();
});

test("edits a title", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  await todos.add("Teh difference engine");
  await todos.page.getByRole("button", { name: "Edit Teh difference engine" }).click();
  const title = todos.page.getByLabel("Title of Teh difference engine");
  await title.fill("The difference engine");
  await Promise.all([todos.answered("update("), title.press("Enter")]);
  await todos.page.reload();
  await todos.todo("The difference engine").waitFor();
});

test("shows a todo before Fauna has it, and takes it back when Fauna refuses it", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  const match = ({ body }: { body: string }): boolean => body.includes("create(");
  const hold = app.fauna.faults.hold({ match });
  const error = { code: "constraint_failure", message: "Not to be." };
  const headers = { "access-control-allow-origin": "*" };
  app.fauna.faults.respond({ status: 400, body: { error }, headers }, { match });
  await todos.add("To be");
  await hold.reached();
  await todos.todo("To be").waitFor();
  hold.release();
  await todos.alert().filter({ hasText: "Not to be." }).waitFor();
  expect(await todos.todo("To be").count()).toBe(0);
});

// Chromium sends a request again if the connection that it reused broke before an answer.
test("says of a todo that nobody confirmed that it may have been saved, and shows it once", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  const match = ({ body }: { body: string }): boolean => body.includes("create(");
  app.fauna.faults.drop("after", { match, times: Infinity });
  await todos.add("Once");
  await todos.alert().getByText("It may have been saved").waitFor();
  app.fauna.faults.clear();
  await todos.page.reload();
  await todos.todo("Once").waitFor();
  expect(await todos.todo("Once").count()).toBe(1);
});

test("keeps one user's todos from another", async () => {
  const [ada, alan] = [await openTodos(browser, app), await openTodos(browser, app)];
  await ada.signInAs("Ada Lovelace");
  await ada.add("For Ada's eyes");
  await ada.todo("For Ada's eyes").waitFor();
  await alan.signInAs("Alan Turing");
  await alan.page.getByText("Nothing to do.").waitFor();
});

test("shows in one window what is written in another", async () => {
  const [one, two] = await openTwoWindows();
  await one.add("Seen in both");
  const seen = two.todo("Seen in both");
  await seen.waitFor();
  await two.panel("Progress").getByText("0 of 1 done").waitFor();
  await seen.getByRole("checkbox").click();
  await one.todo("Seen in both").locator(":checked").waitFor();
  await one.panel("Progress").getByText("1 of 1 done").waitFor();
  await two.page.getByRole("button", { name: "Delete Seen in both" }).click();
  await one.todo("Seen in both").waitFor({ state: "detached" });
});

test("says that it is not live while offline, and catches up afterwards", async () => {
  const [one, two] = await openTwoWindows();
  await one.context.setOffline(true);
  for (const stream of app.fauna.streams) stream.drop();
  await one.connection("Reconnecting…").waitFor();
  await one.page.getByText(/offline\. Cut at \d/).waitFor();
  await two.add("Missed by one");
  await two.todo("Missed by one").waitFor();
  await one.context.setOffline(false);
  await one.todo("Missed by one").waitFor();
  await one.connection("Live").waitFor();
  await one.page.getByRole("button", { name: "Delete Missed by one" }).click();
  await two.todo("Missed by one").waitFor({ state: "detached" });
});

test("never shows the old user's todos after a switch", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  await todos.page.evaluate(watchForLeaks, { title: ADAS, user: "user_grace" });
  await todos.switchUser("Grace Hopper");
  await todos.todo(GRACES).waitFor();
  expect(await todos.page.evaluate(() => Reflect.get(window, "leaks") as unknown)).toEqual([]);
  expect(await todos.todo(ADAS).count()).toBe(0);
});

/** Looks at the page after every change of it. Runs in the browser. */
function watchForLeaks({ title, user }: { title: string; user: string }): void {
  const leaks: string[] = [];
  Reflect.set(window, "leaks", leaks);
  const look = (): void => {
    const shown = document.querySelector<HTMLSelectElement>("select[aria-label=User]")?.value;
    if (shown === user && document.querySelector(".todos")?.textContent.includes(title))
      leaks.push(document.body.innerText);
  };
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
  });
}

test("stays with a user as long as Clerk cannot be reached for another one, and says so", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  await todos.context.setOffline(true);
  await todos.switchUser("Grace Hopper");
  await todos.alert().getByText("Clerk cannot be reached").waitFor();
  expect(await todos.page.getByLabel("User").inputValue()).toBe("user_ada");
  await todos.context.setOffline(false);
  await todos.switchUser("Grace Hopper");
  await todos.todo(GRACES).waitFor();
  expect(await todos.alert().count()).toBe(0);
});

test("goes back to a user who is still signed in", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  await todos.switchUser("Grace Hopper");
  await todos.todo(GRACES).waitFor();
  await todos.switchUser("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  expect(await todos.todo(GRACES).count()).toBe(0);
});

test("shows the todos of the organization that is switched to", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  await todos.switchOrganization("Analytical Engine");
  await todos.todo("Order more brass gears").waitFor();
  expect(await todos.titles()).toEqual(["Order more brass gears"]);
});

test("shows no todos of the organization before when Clerk has not heard of the switch", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  await todos.context.setOffline(true);
  const unheard = todos.page.waitForEvent("requestfailed", (one) => one.url().includes("/touch"));
  await todos.switchOrganization("Navy Computing");
  await unheard;
  await todos.context.setOffline(false);
  await todos.panel("My todos").getByRole("alert").getByText("another").waitFor();
  expect(await todos.page.getByLabel("Organization").inputValue()).toBe("org_navy");
  expect(await todos.titles()).toEqual([]);
  await todos.switchOrganization("Personal");
  await todos.todo(ADAS).waitFor();
});

test("shows a lead, by a claim of the token, the todos of others, to read only", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.switchOrganization("Navy Computing");
  const other = todos.todo("Explain nanoseconds with wire");
  await other.getByText("user_grace").waitFor();
  expect(await other.getByRole("checkbox").isDisabled()).toBe(true);
  await todos.switchUser("Grace Hopper");
  await todos.todo(GRACES).waitFor();
  await todos.switchOrganization("Navy Computing");
  await other.waitFor();
  expect(await todos.titles()).toEqual(["Explain nanoseconds with wire"]);
});

test("sends one request for the list, though mounted twice by StrictMode", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  expect(todos.queries.filter((query) => query.includes("Todo.newest().pageSize"))).toHaveLength(1);
});

test("recovers from a token that Fauna refuses with a fresh one", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  const error = { code: "unauthorized", message: "Access token required" };
  const headers = { "access-control-allow-origin": "*" };
  app.fauna.faults.respond({ status: 401, body: { error }, headers }, { match: "/query/1" });
  await todos.ask();
  expect(await todos.answers()).toEqual(["user_ada", "user_ada"]);
  expect(await todos.page.locator(".status.bad").allTextContents()).toEqual(["401"]);
});

test("says that the token has expired, and recovers when it has not", async () => {
  const todos = await openTodos(browser, app);
  const template = { claims: claims(app.fauna.audience) };
  app.clerk.setTemplate("fauna", { ...template, lifetime: -60 });
  await todos.signInAs("Ada Lovelace");
  const alerts = ["My todos", "Progress"].map((panel) =>
    todos.panel(panel).getByRole("alert").filter({ hasText: "expired" }),
  );
  for (const alert of alerts) await alert.waitFor();
  app.clerk.setTemplate("fauna", template);
  for (const alert of alerts) await alert.getByRole("button", { name: "Try again" }).click();
  await todos.todo(ADAS).waitFor();
  await todos.panel("Progress").getByText("done").waitFor();
  expect(await todos.alert().count()).toBe(0);
});

test("waits while offline and goes on by itself", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  await todos.context.setOffline(true);
  await todos.ask();
  await todos.panel("Who does Fauna say I am?").getByText("Offline.").waitFor();
  await todos.context.setOffline(false);
  expect(await todos.answers()).toEqual(["user_ada", "user_ada"]);
});

test("shows writes made offline, and sends them in order once online", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  await todos.context.setOffline(true);
  await todos.add("Written offline");
  await todos.page.getByText(/^Offline\./).waitFor();
  await todos.page.getByRole("button", { name: "Delete Written offline" }).click();
  await todos.add("Kept");
  const created = todos.answered("Kept");
  await todos.context.setOffline(false);
  await created;
  await todos.page.reload();
  await todos.todo("Kept").waitFor();
  expect(await todos.todo("Written offline").count()).toBe(0);
});

test("keeps tokens out of the page", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  await todos.page.locator(".requests summary").first().click();
  const html = await todos.page.content();
  expect(html).toContain("user_ada");
  expect(html).not.toMatch(/eyJ[\w-]+\./);
});

test("signs out and leaves nothing behind", async () => {
  const todos = await openTodos(browser, app);
  await todos.signInAs("Ada Lovelace");
  await todos.todo(ADAS).waitFor();
  await todos.signOut();
  expect(await todos.todo(ADAS).count()).toBe(0);
  expect(await todos.page.locator(".requests").count()).toBe(0);
});
