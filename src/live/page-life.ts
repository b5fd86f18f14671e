/**
 * What happens to a page.
 *
 * - `"hidden"`: somebody goes to another tab, or the window is covered.
 * - `"shown"`: somebody looks at it again.
 * - `"left"`: it is unloaded, kept for "back", or frozen: from now on nothing of it may hold a connection or a lock.
 * - `"restored"`: it is back from that.
 */
export type PageEvent = "hidden" | "shown" | "left" | "restored";

/** The page that the code runs in. Where there is none, as in Node and React Native, it is always shown. */
export interface PageLife {
  readonly isHidden: () => boolean;
  /** Calls the listener on every event until the returned function is called. */
  readonly watch: (listener: (event: PageEvent) => void) => () => void;
}

const thisDocument = (): Document | undefined =>
  (globalThis as { document?: Document }).document?.addEventListener && document;

const isHidden = (): boolean => thisDocument()?.visibilityState === "hidden";

/** Which event of the browser means what. */
const EVENTS: readonly (readonly [name: string, ofWindow: boolean, PageEvent | undefined])[] = [
  ["visibilitychange", false, undefined],
  ["freeze", false, "left"],
  ["resume", false, "restored"],
  ["pagehide", true, "left"],
  ["pageshow", true, "restored"],
];

export const PAGE: PageLife = {
  isHidden,
  watch(listener) {
    const page = thisDocument();
    if (!page) return () => {};
    const stops = EVENTS.map(([name, ofWindow, meaning]) => {
      const target = ofWindow ? window : page;
      const tell = (event: Event): void => {
        // The first time a page is shown, it is not restored from anything.
        if (name === "pageshow" && !(event as PageTransitionEvent).persisted) return;
        listener(meaning ?? (isHidden() ? "hidden" : "shown"));
      };
      target.addEventListener(name, tell);
      return () => target.removeEventListener(name, tell);
    });
    return () => stops.forEach((stop) => stop());
  },
};
