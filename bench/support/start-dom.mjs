import { JSDOM } from "jsdom";

/** Makes this process look like a browser to React and TanStack Query. Node's own fetch stays. */
export function startDom() {
  const { window } = new JSDOM("<!doctype html><body></body>", {
    url: "http://localhost",
  });
  for (const name of ["document", "HTMLElement", "HTMLIFrameElement", "Node", "navigator"])
    Object.defineProperty(globalThis, name, { value: window[name], configurable: true });
  globalThis.window = globalThis;
  globalThis.addEventListener = window.addEventListener.bind(window);
  globalThis.removeEventListener = window.removeEventListener.bind(window);
  return window;
}
