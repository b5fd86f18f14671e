import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { PAGE, type PageEvent } from "../../src/live/page-life";

/** A page of a browser. */
class FakePage {
  readonly document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  readonly window = new EventTarget();

  say(type: string, more: object = {}): void {
    const target = type.startsWith("page") ? this.window : this.document;
    target.dispatchEvent(Object.assign(new Event(type), more));
  }

  show(visibilityState: string): void {
    this.document.visibilityState = visibilityState;
    this.say("visibilitychange");
  }
}

let page: FakePage;

beforeEach(() => {
  page = new FakePage();
  vi.stubGlobal("document", page.document);
  vi.stubGlobal("window", page.window);
  onTestFinished(() => void vi.unstubAllGlobals());
});

/** Listens until the test ends. Returns what was heard since it was asked last. */
function watch(): () => PageEvent[] {
  const heard: PageEvent[] = [];
  onTestFinished(PAGE.watch((event) => heard.push(event)));
  return () => heard.splice(0);
}

describe("a page tells", () => {
  test("that it is hidden, and shown again", () => {
    const heard = watch();
    expect(PAGE.isHidden()).toBe(false);
    page.show("hidden");
    expect([PAGE.isHidden(), heard()]).toEqual([true, ["hidden"]]);
    page.show("visible");
    expect([PAGE.isHidden(), heard(), PAGE.isLeft()]).toEqual([false, ["shown"], false]);
  });

  test.each([
    ["kept for “back”", "pagehide", "pageshow"],
    ["frozen", "freeze", "resume"],
  ])("that it is left when it is %s, and restored", (_, leave, come) => {
    const heard = watch();
    page.say(leave);
    expect([PAGE.isLeft(), heard()]).toEqual([true, ["left"]]);
    page.show("hidden");
    expect([PAGE.isLeft(), heard()]).toEqual([true, ["hidden"]]);
    page.say(come, { persisted: true });
    expect([PAGE.isLeft(), heard()]).toEqual([false, ["restored"]]);
  });

  test("nothing when it is shown for the first time", () => {
    const heard = watch();
    page.say("pageshow", { persisted: false });
    expect(heard()).toEqual([]);
  });

  test("each who listens once, and no longer than he does", () => {
    const [one, other] = [watch(), watch()];
    const left = vi.fn();
    PAGE.watch(left)();
    page.say("freeze");
    expect([one(), other(), left.mock.calls.length]).toEqual([["left"], ["left"], 0]);
    page.say("resume");
  });
});

test("a page that was left while nobody listened is left for who asks", () => {
  expect(PAGE.isLeft()).toBe(false);
  page.say("pagehide");
  expect(PAGE.isLeft()).toBe(true);
  page.say("pageshow", { persisted: true });
});

test.each([
  ["no document, as in Node", undefined],
  ["one that tells nothing, as in React Native", {}],
])("where there is %s the page is always shown", (_, document) => {
  vi.stubGlobal("document", document);
  const heard = watch();
  expect([PAGE.isHidden(), PAGE.isLeft(), heard()]).toEqual([false, false, []]);
});
