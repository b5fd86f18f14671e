import { onTestFinished, vi } from "vitest";

/** Hides or shows the page of the running test, as when somebody goes to another tab. */
export function showPage(shown: boolean): void {
  stub(document, "visibilityState", shown ? "visible" : "hidden");
  stub(document, "hidden", !shown);
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}

/** What the browser says of the network. It cuts nothing: for that there are the local server's faults. */
export function sayOnline(online: boolean): void {
  stub(navigator, "onLine", online);
  window.dispatchEvent(new Event(online ? "online" : "offline"));
}

const stubbed = new Map<object, Set<string>>();

function stub(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, configurable: true });
  const names = stubbed.get(object) ?? new Set();
  stubbed.set(object, names.add(name));
}

/** Takes back what was said of page and network; call it in each test that says something. */
export function restorePage(): void {
  onTestFinished(() => {
    for (const [object, names] of stubbed)
      for (const name of names) Reflect.deleteProperty(object, name);
    stubbed.clear();
    vi.unstubAllGlobals();
  });
}
