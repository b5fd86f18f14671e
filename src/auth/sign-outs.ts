import { isTokenError } from "../errors";
import { digest } from "./digest";
import type { Tokens } from "./fetch-with-token";
import type { Identity } from "./identity";
import type { IdentityStore } from "./identity-store";
import { ONCE, untilAborted } from "./signals";

// Loaded on demand, when a provider has mounted: nothing waits for it.

/** Hides the identity with this key, or shows it again. */
export type Doubt = (key: string | undefined) => void;

/** Who is signed in here, and who gives the tokens. */
interface Tab extends Pick<Tokens, "givesTokensOf"> {
  readonly identityStore: IdentityStore;
}

/** Another version must not be heard: a tab may be older than what has been deployed since. */
const VERSION = 1;
/** The only message on the channel. */
const SIGNED_OUT = "signed-out";
/** Pauses between two questions that the issuer has not answered. */
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 30_000;

/**
 * Tells the user's other tabs when somebody signs out in this one, and hides what this one shows when they tell it, until
 * the signal aborts. They hear of it sooner than from Clerk, whose tabs ask its server first.
 */
export async function shareSignOuts(tab: Tab, doubt: Doubt, signal: AbortSignal): Promise<void> {
  const { identityStore } = tab;
  let session: Session | undefined;
  const goesOn = (): Promise<boolean> =>
    untilAborted(signal, identityStore.changed()).then(
      () => true,
      () => false,
    );
  do {
    const { identity, isNamedByToken } = identityStore.current();
    const { status, key } = identity;
    // While an identity is hidden, or Clerk is changing it, the previous one's answer is waited for.
    if (status === "loading" || key === session?.identity.key) continue;
    session?.leave();
    // Who is named by tokens alone is never signed out.
    const isSession = status === "signed-in" && !isNamedByToken;
    session = isSession ? new Session(tab, identity, doubt) : undefined;
  } while (await goesOn());
  session?.leave();
}

/** What the tabs of a session tell each other. */
class Session {
  readonly identity: Identity;
  readonly #tab: Tab;
  readonly #doubt: Doubt;
  readonly #end = new AbortController();
  #channel: BroadcastChannel | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The answers to all questions but the last one are out of date. */
  #questions = 0;

  constructor(tab: Tab, identity: Identity, doubt: Doubt) {
    this.identity = identity;
    this.#tab = tab;
    this.#doubt = doubt;
    const stop = tab.identityStore.begin({ end: () => this.#onEnd() }, identity);
    this.#end.signal.addEventListener("abort", stop, ONCE);
    void this.#start();
  }

  leave(): void {
    this.#end.abort();
    this.#questions++;
    clearTimeout(this.#timer);
    this.#close();
    this.#doubt(undefined);
  }

  async #start(): Promise<void> {
    const { userId, sessionId } = this.identity;
    // A session may have several identities: by organization, by template. All of them end with it.
    const name = await digest([userId, sessionId]);
    const { signal } = this.#end;
    if (!name || signal.aborted) return;
    this.#open(name);
    // Firefox keeps no page for "back" that has a channel, Chromium none that was told something meanwhile.
    const onHide = (): void => this.#close();
    const onShow = ({ persisted }: PageTransitionEvent): void => {
      if (!persisted) return;
      this.#open(name);
      // It may have missed something.
      void this.#ask();
    };
    addEventListener("pagehide", onHide);
    addEventListener("pageshow", onShow);
    // Not by the listeners' own `signal`: test environments mix jsdom's window with Node's signals.
    const stop = (): void => {
      removeEventListener("pagehide", onHide);
      removeEventListener("pageshow", onShow);
    };
    signal.addEventListener("abort", stop, ONCE);
  }

  #open(name: string): void {
    this.#close();
    try {
      this.#channel = new BroadcastChannel(`fauna-clerk:session:${VERSION}:${name}`);
    } catch {
      // Browsers that block cookies refuse it. Then each tab hears of it by itself.
      return;
    }
    this.#channel.onmessage = () => {
      this.#doubt(this.identity.key);
      void this.#ask();
    };
  }

  #close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** Tells the other tabs that somebody signed out. Silent if the identity is only hidden, replaced or unmounted. */
  #onEnd(): void {
    const { status } = this.#tab.identityStore.current().identity;
    if (status === "signed-out") this.#channel?.postMessage(SIGNED_OUT);
  }

  /** Shows the identity again if the issuer still gives its tokens. Asks until that is known. */
  async #ask(delayMs = FIRST_DELAY_MS): Promise<void> {
    clearTimeout(this.#timer);
    const question = ++this.#questions;
    const isOwn = await this.#tab.givesTokensOf(this.identity).catch(whatItSays);
    if (question !== this.#questions) return;
    if (isOwn !== undefined) this.#doubt(isOwn ? undefined : this.identity.key);
    if (isOwn) return;
    const next = Math.min(2 * delayMs, MAX_DELAY_MS);
    this.#timer = setTimeout(() => void this.#ask(next), delayMs);
  }
}

/** Other failures, such as no network, say nothing of the session. FaunaProvider has an error if they last. */
const whatItSays = (error: unknown): false | undefined =>
  isTokenError(error) && error.code === "session_ended" ? false : undefined;
