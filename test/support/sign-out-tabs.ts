import { expect, onTestFinished, vi } from "vitest";

import { doubtsOf, sessionOf } from "../../src/auth/doubts";
import { createTokens } from "../../src/auth/fetch-with-token";
import { type AuthState, createIdentity, hide, type Ids } from "../../src/auth/identity";
import { createIdentityStore } from "../../src/auth/identity-store";
import { shareSignOuts } from "../../src/auth/sign-outs";
// Loaded on demand, which takes time in which nothing seems to happen.
import "../../src/auth/token-errors";
import { untilIdle } from "./idle";
import { makeToken } from "./token";

/** A channel of a browser: who has opened one of the same name hears what is said. */
class FakeChannel {
  static readonly open = new Set<FakeChannel>();
  static readonly said: unknown[] = [];
  static readonly names: string[] = [];
  onmessage: (() => void) | null = null;

  constructor(readonly name: string) {
    FakeChannel.open.add(this);
    FakeChannel.names.push(name);
  }

  postMessage(message: unknown): void {
    FakeChannel.said.push(message);
    for (const other of FakeChannel.open)
      if (other !== this && other.name === this.name) queueMicrotask(() => other.onmessage?.());
  }

  close(): void {
    FakeChannel.open.delete(this);
  }
}
/** The channels that are open, all that was said on them, and the names of those that were opened. */
export const { open, said, names } = FakeChannel;

export let page: EventTarget;

/** Starts a browser without tabs, until the test ends. Time stands still. */
export function startBrowser(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  page = new EventTarget();
  vi.stubGlobal("document", {});
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  onTestFinished(async () => {
    for (const { leave } of tabs.splice(0)) void leave();
    await untilIdle();
    open.clear();
    for (const list of [said, names]) list.length = 0;
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
}

/** `pagehide`, `pageshow`. */
export const tellPage = (type: string, persisted = true): void =>
  void page.dispatchEvent(Object.assign(new Event(type), { persisted }));

export const ADA = { userId: "ada", sessionId: "sess_1" };
export const BOB = { userId: "bob", sessionId: "sess_2" };
export const tokenOf = ({ userId, sessionId }: Ids): string =>
  makeToken({ sub: userId, sid: sessionId });
const tabs: { leave: () => Promise<void> }[] = [];

/** A tab with a provider, which hides an identity that is in doubt. */
export function openTab(first: Ids | null | "loading" = ADA, cache: object = {}, byToken = false) {
  /** What the issuer gives. */
  const issue = vi.fn<(skipCache?: boolean) => Promise<string | null>>(async () => tokenOf(ADA));
  const stateOf = (who: Ids | null | "loading"): AuthState => ({
    identity: createIdentity(
      who === "loading" ? who : who ? "signed-in" : "signed-out",
      "fauna",
      who === "loading" ? {} : (who ?? {}),
    ),
    template: "fauna",
    isNamedByToken: byToken,
    getToken: ({ skipCache }) => issue(skipCache),
  });
  const doubts = doubtsOf(cache);
  let state = stateOf(first);
  const isDoubted = (): boolean => doubts.sessions.has(sessionOf(state.identity));
  const store = createIdentityStore(state);
  const show = (): void => store.update(isDoubted() ? hide(state) : state);
  show();
  doubts.subscribe(show);
  const tokens = createTokens(store);
  const end = new AbortController();
  const tab = { identityStore: store, tokens, options: { tokenTimeout: 5000 } };
  const left = shareSignOuts(tab, doubts, end.signal);
  const become = (who: Ids | null | "loading"): void => {
    state = stateOf(who);
    show();
  };
  const leave = (): Promise<void> => {
    end.abort();
    return left;
  };
  tabs.push({ leave });
  return { issue, store, become, leave, isDoubted };
}

/** Two tabs of ada's that hear each other. */
export async function openTwo() {
  const [one, two] = [openTab(), openTab()];
  await untilIdle();
  expect(open.size).toBe(2);
  return [one, two] as const;
}

/** An answer that the test gives. */
export function held() {
  let give!: (token: string | null) => void;
  const answer = new Promise<string | null>((resolve) => (give = resolve));
  return { answer, give };
}
