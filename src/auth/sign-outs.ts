import type { Timer } from "./running";
import { isTokenError } from "../errors";
import { type Channel, channelName, openChannel } from "./channels";
import { type Doubts, sessionOf } from "./doubts";
import { belongsTo, isOffline, type Tokens, withTokenTimeout } from "./fetch-with-token";
import type { Identity } from "./identity";
import type { IdentityStore } from "./identity-store";
import type { Token } from "./jwt";
import { FIRST_DELAY_MS, nextDelay } from "./load-later";
import { ONCE, untilAborted } from "./signals";

// Loaded on demand, when a provider has mounted: nothing waits for it.

/** Who is signed in here, and who gives the tokens. */
interface Tab {
  readonly identityStore: IdentityStore;
  readonly tokens: Pick<Tokens, "callGetToken">;
  readonly options: { readonly tokenTimeout?: number | undefined };
}

/** The only message on the channel. */
const SIGNED_OUT = "signed-out";

/**
 * Tells the user's other tabs when somebody signs out in this one, and hides what this one shows when they tell it, until
 * the signal aborts. They hear of it sooner than from Clerk, whose tabs ask its server first.
 */
export async function shareSignOuts(tab: Tab, doubts: Doubts, signal: AbortSignal): Promise<void> {
  const { identityStore } = tab;
  let session: Session | undefined;
  const hasChanged = (): Promise<boolean> =>
    untilAborted(signal, identityStore.changed()).then(
      () => true,
      () => false,
    );
  do {
    const { identity, isNamedByToken, doubted: named = identity } = identityStore.current();
    const { status, key } = named;
    // While Clerk is changing it, the previous one's answer is waited for.
    if (status === "loading" || key === session?.identity.key) continue;
    session?.end(named);
    // Who is named by tokens alone is never signed out.
    const isSession = status === "signed-in" && !isNamedByToken;
    session = isSession ? new Session(tab, named, doubts) : undefined;
  } while (await hasChanged());
  await session?.leave();
}

/** What the tabs of a session tell each other. */
class Session {
  readonly identity: Identity;
  readonly #tab: Tab;
  readonly #doubts: Doubts;
  readonly #end = new AbortController();
  #channel: Channel | undefined;
  #timer: Timer | undefined;
  /** The last question, if it is still asked: the answers to all others are out of date. */
  #question: object | undefined;

  constructor(tab: Tab, identity: Identity, doubts: Doubts) {
    this.identity = identity;
    this.#tab = tab;
    this.#doubts = doubts;
    void this.#start();
    if (this.#isDoubted()) void this.#ask();
  }

  /** Another identity has taken its place. Tells the other tabs if nobody has, unless they have told it. */
  end(next: Identity): void {
    if (next.status === "signed-out") this.#tell();
    this.#close();
    if (sessionOf(next) !== sessionOf(this.identity)) this.#setDoubt(false);
  }

  /** The provider has left. A sign-out makes it, below Clerk's `<SignedIn>`: then there is no token any more. */
  async leave(): Promise<void> {
    // Its page may be hidden and shown while the token is on its way.
    this.#end.abort();
    this.#stopAsking();
    const token = await tokenNow(this.#tab);
    if (token === null || token === false) this.#tell();
    this.#close();
  }

  #isDoubted(): boolean {
    return this.#doubts.sessions.has(sessionOf(this.identity));
  }

  #setDoubt(isDoubted: boolean): void {
    const { sessions, listeners } = this.#doubts;
    if (isDoubted) sessions.add(sessionOf(this.identity));
    else sessions.delete(sessionOf(this.identity));
    for (const listener of listeners) listener();
  }

  #tell(): void {
    if (!this.#isDoubted()) this.#channel?.postMessage(SIGNED_OUT);
  }

  async #start(): Promise<void> {
    const { userId, sessionId } = this.identity;
    // A session may have several identities: by organization, by template. All of them end with it.
    const name = await channelName("session", [userId, sessionId]);
    const { signal } = this.#end;
    if (!name || signal.aborted) return;
    this.#open(name);
    // Firefox keeps no page for "back" that has a channel, Chromium none that was told something meanwhile.
    const onHide = (): void => this.#mute();
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
    this.#mute();
    this.#channel = openChannel(name);
    // Without a channel each tab hears of it by itself.
    if (!this.#channel) return;
    this.#channel.onmessage = () => {
      this.#setDoubt(true);
      void this.#ask();
    };
  }

  #mute(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  #stopAsking(): void {
    this.#question = undefined;
    clearTimeout(this.#timer);
  }

  #close(): void {
    this.#end.abort();
    this.#stopAsking();
    this.#mute();
  }

  /** Shows the identity again if the issuer still gives its tokens. Asks until that is known. */
  async #ask(delayMs = FIRST_DELAY_MS): Promise<void> {
    clearTimeout(this.#timer);
    const question = (this.#question = {});
    const token = await tokenNow(this.#tab, true);
    if (question !== this.#question) return;
    const isOwn = !!token && belongsTo(this.identity, token);
    if (token !== undefined) this.#setDoubt(!isOwn);
    if (isOwn) return;
    this.#timer = setTimeout(() => void this.#ask(nextDelay(delayMs)), delayMs);
  }
}

/**
 * The token that the issuer gives now, null if it has none, and false if the session has ended. Other failures, such as no
 * network, say nothing of the session: undefined. FaunaProvider has an error if they last.
 */
async function tokenNow(
  { tokens, options }: Tab,
  skipCache?: boolean,
): Promise<Token | null | false | undefined> {
  try {
    const token = await withTokenTimeout(options.tokenTimeout, tokens.callGetToken(skipCache));
    return token || !isOffline() ? token : undefined;
  } catch (error) {
    return isTokenError(error) && error.code === "session_ended" ? false : undefined;
  }
}
