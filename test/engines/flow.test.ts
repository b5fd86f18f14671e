import { afterAll, beforeAll, expect, test } from "vitest";

import { type App, startApp } from "../browser/support/app";
import { engines, openWindow } from "./support/engines";
import { noteProblems, TodoWindow } from "./support/todo-window";

let app: App;

beforeAll(async () => {
  app = await startApp([noteProblems]);
});
afterAll(() => app.close());

const cutStreams = (): void => {
  for (const stream of [...app.fauna.streams]) stream.drop();
};

test.each(engines)("the example does all that it can in $name", async (engine) => {
  const windows = await Promise.all([openWindow(engine), openWindow(engine)]);
  const [one, two] = windows.map((window) => new TodoWindow(window)) as [TodoWindow, TodoWindow];
  for (const window of windows) await window.goto(app.url);

  await one.signInAs("Ada Lovelace");
  await one.lists("Write to Mr Babbage");
  await one.is("Live");
  await one.add("First");
  await one.lists("First");

  // What is done in one window shows in the other.
  await two.signInAs("Ada Lovelace");
  await two.lists("First");
  await two.is("Live");
  await one.add("Second");
  await two.lists("Second");
  await two.tick("Second");
  await one.hasDone("Second");
  await one.rename("First", "Renamed");
  await two.lists("Renamed");
  await one.window.reload();
  await one.lists("Renamed");
  await one.is("Live");
  await two.remove("Second");
  await one.listsNo("Second");

  // What was written while the streams were cut shows, and what fails while Fauna is away is tried again.
  cutStreams();
  await two.add("Missed");
  await one.lists("Missed");
  await one.is("Live");
  app.fauna.faults.drop("before", { times: Infinity });
  cutStreams();
  await one.is("Reconnecting…");
  app.fauna.faults.clear();
  await one.is("Live");

  await one.asks("user_ada");

  // Nothing of one identity shows for another.
  await one.choose("User", "Grace Hopper");
  await one.lists("Tape the moth");
  await one.listsNo("Babbage");
  await one.choose("User", "Ada Lovelace");
  await one.lists("Babbage");
  await one.listsNo("Tape the moth");
  await one.choose("Organization", "Analytical Engine");
  await one.lists("Order more brass gears");
  await one.listsNo("Babbage");
  await one.choose("Organization", "Personal");
  await one.lists("Babbage");

  const { html, problems } = await one.window.run(() => ({
    html: document.documentElement.outerHTML,
    problems: window.problems,
  }));
  expect(html, "a token in the page").not.toMatch(/eyJ[\w-]+\./);
  expect(problems).toEqual([]);
  await one.signOut();

  for (const todo of ["Renamed", "Missed"]) await two.remove(todo);
  await two.listsNo("Missed");
});
