import { onlineManager, QueryClient } from "@tanstack/react-query";
import { act, render, type RenderResult } from "@testing-library/react";
import fc from "fast-check";
import type { Query } from "fauna";
import {
  FaunaProvider,
  useFaunaAuth,
  useFaunaMutation,
  useFaunaQuery,
  useFaunaSuspenseQuery,
} from "fauna-clerk";
import { Activity, type ReactNode, startTransition, useState } from "react";
import { expect, vi } from "vitest";

import { Boundary } from "../../support/boundary";
import { drivers } from "../../support/drivers";
import { failure, unauthorized } from "../../support/fake-answers";
import { ada, bob, createFakeClerk, type FakeClerk, type Who } from "../../support/fake-clerk";
import { type FakeFauna, type Hold, startFakeFauna } from "../../support/fake-fauna";
import { untilIdle } from "../../support/idle";
import type { Mode } from "../../support/modes";
import { copyOf, createStorage, Persisted, textIn } from "../../support/persisted";
import { ownerOf } from "../../support/watcher";

const people: readonly Who[] = [ada, bob, { userId: "eve", sessionId: "sess_eve" }];

/** One thing that happens to a page with two providers, which are numbered 0 and 1. */
export type TwoUsersAction =
  | { readonly at: 0 | 1; readonly do: "become"; readonly who: Who | null }
  | {
      readonly at: 0 | 1;
      readonly do: "unload" | "load" | "leave" | "enter" | "hide" | "show" | "write" | "navigate";
    }
  | { readonly at: 0 | 1; readonly do: "token"; readonly how: "null" | "reject" | "late" }
  | { readonly do: "answer"; readonly how: "401" | "503" | "drop" }
  | { readonly do: "refetch" | "hold" | "release" | "offline" | "online" | "reopen" }
  | { readonly do: "wait"; readonly turns: number };

const at = fc.constantFrom(0, 1);
const one = (...names: string[]) => fc.constantFrom(...names);

const action = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      at,
      do: one("become"),
      who: fc.option(fc.constantFrom(...people), { nil: null, freq: 4 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      at,
      do: one("unload", "load", "leave", "enter", "hide", "show", "write", "navigate"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ at, do: one("token"), how: one("null", "reject", "late", "late") }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: one("answer"), how: one("401", "401", "503", "drop") }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: one("refetch", "refetch", "hold", "release", "offline", "online", "reopen"),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({ do: one("wait"), turns: fc.integer({ min: 1, max: 12 }) }),
  },
) as fc.Arbitrary<TwoUsersAction>;

/** A random schedule of what happens. */
export const twoUsersSchedules: fc.Arbitrary<TwoUsersAction[]> = fc.array(action, {
  minLength: 5,
  maxLength: 40,
});

const NOBODY = ownerOf({});

/** What one render showed, and to whom. */
interface Frame {
  readonly shownTo: string;
  readonly values: readonly (string | undefined)[];
}

interface Controls {
  readonly write: () => void;
  readonly navigate: () => void;
}

/** One of the two providers, and what happens to it. */
interface Place {
  readonly clerk: FakeClerk;
  /** Whether only its tokens say who the user is. */
  readonly isNamedByToken: boolean;
  /** Whether a part of it suspends. Within `act()`, React 19 never stops to render two boundaries that wait. */
  readonly suspends: boolean;
  readonly tokenFaults: ("null" | "reject" | "late")[];
  who: Who | null;
  isThere: boolean;
  isHidden: boolean;
  /** What its user can do now. */
  controls: Controls;
  readonly offer: (controls: Controls) => void;
}

const turn = setImmediate;

/** Lets timers fire and sockets talk. */
async function run(turns: number): Promise<void> {
  for (let left = turns; left > 0; left--) {
    act(() => void vi.advanceTimersByTime(25));
    await new Promise((resume) => turn(resume));
  }
}

/** A page with two providers of two users over one cache that a persister stores. */
export class TwoUsers {
  readonly #frames: Frame[] = [];
  readonly #answers: ("401" | "503" | "drop")[] = [];
  readonly #holds: Hold[] = [];
  readonly #places: readonly [Place, Place];
  readonly #app: RenderResult;
  #cache = new QueryClient();
  #storage = createStorage();
  #visit = 0;

  private constructor(
    private readonly query: (name?: string) => Query<string>,
    private readonly wrap: Mode["wrap"],
    private readonly fauna: FakeFauna,
    suspending: number,
  ) {
    this.#places = [
      createPlace(ada, false, suspending === 0),
      createPlace(bob, true, suspending === 1),
    ];
    fauna.respond = (request) => {
      const how = this.#answers.shift();
      if (how === "drop") return { drop: true };
      if (how === "401") return unauthorized(request);
      return how && failure(request, Number(how), "simulated");
    };
    this.#app = render(this.#tree());
  }

  static async start(
    query: (name?: string) => Query<string>,
    wrap: Mode["wrap"],
    /** The number of the provider below which something suspends. */
    suspending: number,
  ): Promise<TwoUsers> {
    return new TwoUsers(query, wrap, await startFakeFauna(), suspending);
  }

  async apply(action: TwoUsersAction): Promise<void> {
    if (action.do === "wait") await run(action.turns);
    else if (action.do === "answer") this.#answers.push(action.how);
    else if ("at" in action) this.#changePlace(this.#places[action.at], action);
    else this.#changePage(action.do);
    await new Promise((resume) => turn(resume));
    this.#checkCache();
  }

  /** Lets both users go, and all come to an end. Returns what the storage holds then. */
  async end(): Promise<string> {
    this.#answers.length = 0;
    for (const hold of this.#holds) hold.release();
    onlineManager.setOnline(true);
    for (const place of this.#places) {
      place.tokenFaults.length = 0;
      place.isHidden = false;
      // No token says that a user has signed out.
      place.isThere = !place.isNamedByToken;
      place.clerk.become(null);
    }
    this.#app.rerender(this.#tree());
    for (let rounds = 0; rounds < 5; rounds++) {
      act(() => void this.#cache.refetchQueries());
      await run(60);
      await untilIdle();
    }
    this.#checkCache();
    const text = textIn(this.#storage);
    this.#app.unmount();
    return text;
  }

  /** Every frame showed only what is its reader's. What was written while it was not known who writes is nobody's. */
  check(): void {
    const foreign = this.#frames.filter(({ shownTo, values }) =>
      values.some((value) => value !== undefined && value !== shownTo && value !== NOBODY),
    );
    expect(foreign).toEqual([]);
  }

  /** What is kept under one identity's key is the data of one owner, and nobody else's key has it. */
  #checkCache(): void {
    const owners = new Map<unknown, unknown>();
    const kept = [
      ...this.#cache
        .getQueryCache()
        .getAll()
        .map(({ queryKey, state }) => [queryKey, state.data] as const),
      ...this.#cache
        .getMutationCache()
        .getAll()
        .map(({ options, state }) => [options.mutationKey, state.data] as const),
    ];
    for (const [key, data] of kept) {
      if (!key || data === undefined) continue;
      const owner = owners.get(key[2]) ?? data;
      expect(data, "whose data is under one key").toBe(owner);
      owners.set(key[2], owner);
    }
  }

  #changePlace(place: Place, action: Extract<TwoUsersAction, { at: 0 | 1 }>): void {
    const { clerk } = place;
    if (action.do === "become") clerk.become((place.who = action.who));
    if (action.do === "token") place.tokenFaults.push(action.how);
    if (action.do === "unload") clerk.unload();
    if (action.do === "load") clerk.become(place.who);
    if (action.do === "write") act(() => place.controls.write());
    if (action.do === "navigate") act(() => place.controls.navigate());
    if (action.do === "leave" || action.do === "enter") place.isThere = action.do === "enter";
    if (action.do === "hide" || action.do === "show") place.isHidden = action.do === "hide";
    this.#app.rerender(this.#tree());
  }

  #changePage(what: "refetch" | "hold" | "release" | "offline" | "online" | "reopen"): void {
    if (what === "refetch") act(() => void this.#cache.refetchQueries());
    if (what === "hold") this.#holds.push(this.fauna.hold());
    if (what === "release") this.#holds.pop()?.release();
    if (what === "offline" || what === "online")
      act(() => onlineManager.setOnline(what === "online"));
    if (what === "reopen") {
      this.#storage = copyOf(this.#storage);
      this.#cache = new QueryClient();
      this.#visit++;
      this.#app.rerender(this.#tree());
    }
  }

  #tree(): ReactNode {
    const places = this.#places.map(
      (place, index) =>
        place.isThere && (
          <Provider key={index} place={place} endpoint={this.fauna.url} cache={this.#cache}>
            <Activity mode={place.isHidden ? "hidden" : "visible"}>
              <Screen
                place={place}
                query={this.query}
                record={(frame) => this.#frames.push(frame)}
              />
            </Activity>
          </Provider>
        ),
    );
    return this.wrap(
      <Persisted key={this.#visit} storage={this.#storage} client={this.#cache}>
        {places}
      </Persisted>,
    );
  }
}

function createPlace(who: Who, isNamedByToken: boolean, suspends: boolean): Place {
  const clerk = createFakeClerk(who);
  const mint = clerk.getToken.getMockImplementation();
  const tokenFaults: Place["tokenFaults"] = [];
  clerk.getToken.mockImplementation(async (options) => {
    const fault = tokenFaults.shift();
    if (fault === "null") return null;
    if (fault === "reject") throw Object.assign(new Error("simulated"), { status: 429 });
    if (fault === "late") await new Promise((resume) => setTimeout(resume, 90));
    return (await mint?.(options)) ?? null;
  });
  const place: Place = {
    clerk,
    isNamedByToken,
    suspends,
    tokenFaults,
    who,
    isThere: true,
    isHidden: false,
    controls: { write: () => undefined, navigate: () => undefined },
    offer: (controls) => void (place.controls = controls),
  };
  return place;
}

interface ProviderProps {
  place: Place;
  endpoint: string;
  cache: QueryClient;
  children: ReactNode;
}

function Provider({ place: { clerk, isNamedByToken }, endpoint, cache, children }: ProviderProps) {
  const auth = clerk.useAuth();
  const issuer = isNamedByToken ? { getToken: clerk.getToken } : { auth };
  return (
    <FaunaProvider endpoint={endpoint} queryClient={cache} drivers={drivers} {...issuer}>
      {children}
    </FaunaProvider>
  );
}

interface ScreenProps {
  place: Place;
  query: (name?: string) => Query<string>;
  record: (frame: Frame) => void;
}

function Screen({ place, query, record }: ScreenProps) {
  const shownTo = ownerOf(useFaunaAuth());
  const [page, setPage] = useState(0);
  const { data } = useFaunaQuery(query(`page ${page}`), { retryDelay: 30 });
  const write = useFaunaMutation((_owner: string) => query("write"));
  place.offer({
    write: () => write.mutate(shownTo),
    navigate: () => startTransition(() => setPage((before) => before + 1)),
  });
  record({ shownTo, values: [data, write.data, write.variables] });
  return (
    place.suspends && (
      <Boundary>
        <Suspended query={query(`part ${page}`)} record={record} />
      </Boundary>
    )
  );
}

function Suspended({ query, record }: { query: Query<string>; record: (frame: Frame) => void }) {
  const shownTo = ownerOf(useFaunaAuth());
  const { data } = useFaunaSuspenseQuery(query, { retryDelay: 30 });
  record({ shownTo, values: [data] });
  return data;
}
