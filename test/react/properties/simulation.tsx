import { QueryClient } from "@tanstack/react-query";
import { act, screen } from "@testing-library/react";
import type { Query } from "fauna";
import { expect, vi } from "vitest";

import { failure, unauthorized } from "../../support/fake-answers";
import { createFakeClerk, type FakeClerk, type Who } from "../../support/fake-clerk";
import { type FakeFauna, type Hold, startFakeFauna } from "../../support/fake-fauna";
import { untilIdle } from "../../support/idle";
import type { Mode } from "../../support/modes";
import { renderFauna } from "../../support/render-fauna";
import {
  createFrames,
  expectOwnDataOnly,
  type Frames,
  ownerOf,
  Watcher,
} from "../../support/watcher";
import type { Action } from "./actions";

/** Set before a test replaces the timers: a turn of the real event loop. */
const turn = setImmediate;

/** So often the end of a schedule may be asked for again. */
const ROUNDS = 20;

/** Lets timers fire and sockets talk. */
async function run(turns: number): Promise<void> {
  for (let left = turns; left > 0; left--) {
    act(() => void vi.advanceTimersByTime(25));
    await new Promise((resume) => turn(resume));
  }
}

interface Asked {
  readonly token: string;
  /** Who was rendered, by Clerk's word, when the token was asked for; null if it was not certain. */
  readonly rendered: string | null;
}

/** An app, a server and a Clerk to which a schedule happens. */
export class Simulation {
  readonly #asked: Asked[] = [];
  readonly #tokenFaults: ("null" | "reject" | "late")[] = [];
  readonly #answers: ("401" | "503" | "400" | "drop")[] = [];
  readonly #holds: Hold[] = [];
  readonly #frames: Frames = createFrames();
  readonly #cache = new QueryClient();
  readonly #app: ReturnType<typeof renderFauna>;
  readonly #query: Query<string>;
  readonly #clerk: FakeClerk;
  readonly #fauna: FakeFauna;
  #who: Who | null = null;

  private constructor(query: Query<string>, wrap: Mode["wrap"], fauna: FakeFauna) {
    this.#query = query;
    this.#fauna = fauna;
    this.#clerk = createFakeClerk();
    this.#watchTokens();
    fauna.respond = (request) => {
      const how = this.#answers.shift();
      if (how === "drop") return { drop: true };
      if (how === "401") return unauthorized(request);
      return how && failure(request, Number(how), "simulated");
    };
    const options = { clerk: this.#clerk, fauna, wrap, queryClient: this.#cache };
    this.#app = renderFauna(null, options);
  }

  static async start(query: Query<string>, wrap: Mode["wrap"]): Promise<Simulation> {
    return new Simulation(query, wrap, await startFakeFauna());
  }

  async apply(action: Action): Promise<void> {
    if (action.do === "wait") await run(action.turns);
    else if (action.do === "answer")
      this.#answers.push(...Array.from({ length: action.times }, () => action.how));
    else if (action.do === "token") this.#tokenFaults.push(action.how);
    else this.#change(action);
    // Clerk's news come one at a time.
    await new Promise((resume) => turn(resume));
  }

  /** Makes everything work again and returns what the screen shows in the end, and what it should. */
  async end(): Promise<{ shown: string | null; expected: string }> {
    this.#answers.length = this.#tokenFaults.length = 0;
    for (const hold of this.#holds) hold.release();
    this.#clerk.become(this.#who);
    this.#mount(true);
    const expected = this.#who ? ownerOf(this.#who) : "nothing";
    const shown = (): string | null => screen.getByTestId("watched").textContent;
    for (let rounds = 0; rounds < ROUNDS && shown() !== expected; rounds++) {
      await run(20);
      await untilIdle();
      // A failure that was shown before is not fetched again by itself.
      if (!this.#cache.isFetching()) void this.#cache.refetchQueries();
    }
    const result = { shown: shown(), expected };
    this.#app.unmount();
    return result;
  }

  /** Invariants 2 and 3 of the architecture. */
  check(): void {
    const byToken = new Map(this.#asked.map(({ token, rendered }) => [token, rendered]));
    for (const { token, claims } of this.#fauna.requests) {
      const { sub, sid } = claims;
      expect(token, "nothing is sent unauthenticated").not.toBe("");
      expect(`${String(sub)} ${String(sid)}`, "whose token was sent").toBe(byToken.get(token));
    }
    expectOwnDataOnly(this.#frames);
  }

  #change(action: Extract<Action, { do: string }>): void {
    if (action.do === "become") this.#clerk.become((this.#who = action.who));
    if (action.do === "switchTokens") this.#clerk.switchTokens(action.who);
    if (action.do === "unload") this.#clerk.unload();
    if (action.do === "load") this.#clerk.become(this.#who);
    if (action.do === "mount" || action.do === "unmount") this.#mount(action.do === "mount");
    if (action.do === "refetch") act(() => void this.#cache.refetchQueries());
    if (action.do === "hold") this.#holds.push(this.#fauna.hold());
    if (action.do === "release") this.#holds.pop()?.release();
  }

  #mount(shown: boolean): void {
    const watcher = (
      <Watcher
        clerk={this.#clerk}
        frames={this.#frames}
        query={this.#query}
        options={{ retryDelay: 30 }}
      />
    );
    this.#app.update(shown ? watcher : null);
  }

  #watchTokens(): void {
    const mint = this.#clerk.getToken.getMockImplementation();
    this.#clerk.getToken.mockImplementation(async (options) => {
      const { isLoaded, isSignedIn, userId, sessionId } = this.#clerk.auth;
      const rendered = isLoaded && isSignedIn ? `${userId} ${sessionId}` : null;
      const fault = this.#tokenFaults.shift();
      if (fault === "null") return null;
      if (fault === "reject") throw Object.assign(new Error("simulated"), { status: 429 });
      if (fault === "late") await new Promise((resume) => setTimeout(resume, 90));
      const token = (await mint?.(options)) ?? null;
      if (token !== null) this.#asked.push({ token, rendered });
      return token;
    });
  }
}
