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
  /** Whether it was left and is not restored yet. */
  readonly isLeft: () => boolean;
  /** Calls the listener on every event until the returned function is called. */
  readonly watch: (listener: (event: PageEvent) => void) => () => void;
}

const thisDocument = (): Document | undefined =>
  (globalThis as { document?: Document }).document?.addEventListener && document;

class ThisPage implements PageLife {
  /** What it listens to, from the first question on: what has happened while nobody watched counts, too. */
  #document: Document | undefined;
  #isLeft = false;
  readonly #listeners = new Set<(event: PageEvent) => void>();

  readonly isHidden = (): boolean => thisDocument()?.visibilityState === "hidden";

  readonly isLeft = (): boolean => {
    this.#listen();
    return this.#isLeft;
  };

  readonly watch = (listener: (event: PageEvent) => void): (() => void) => {
    this.#listen();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #listen(): void {
    const page = thisDocument();
    if (!page || page === this.#document) return;
    this.#document = page;
    page.addEventListener("visibilitychange", () =>
      this.#tell(this.isHidden() ? "hidden" : "shown"),
    );
    page.addEventListener("freeze", () => this.#tell("left"));
    page.addEventListener("resume", () => this.#tell("restored"));
    window.addEventListener("pagehide", () => this.#tell("left"));
    window.addEventListener("pageshow", ({ persisted }) => {
      // The first time a page is shown, it is not restored from anything.
      if (persisted) this.#tell("restored");
    });
  }

  #tell(event: PageEvent): void {
    if (event === "left" || event === "restored") this.#isLeft = event === "left";
    for (const listener of this.#listeners) listener(event);
  }
}

export const PAGE: PageLife = new ThisPage();
