import { QueryClient } from "@tanstack/react-query";
import { render, waitFor } from "@testing-library/react";
import { fql } from "fauna";
import { FaunaProvider, useFaunaAuth, useFaunaMutation, useFaunaQuery } from "fauna-clerk";
import { Activity, type Key } from "react";
import { describe, expect, test, vi } from "vitest";

import { ada, bob, createFakeClerk, type FakeClerk, type Who } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { hurry } from "../support/hurry";
import { untilIdle } from "../support/idle";
import { type Mode, modes } from "../support/modes";
import { watchChannels } from "../support/watch-channels";
import { ownerOf } from "../support/watcher";

function Mine() {
  const { status } = useFaunaAuth();
  const { data, error } = useFaunaQuery(fql<string>`whoami()`);
  const { mutate, data: saved } = useFaunaMutation(() => fql<string>`save()`);
  return (
    <button onClick={() => mutate()}>
      {[status, data, saved && `saved ${saved}`, error?.message].filter(Boolean).join()}
    </button>
  );
}

const shownTo = (who: Who): string => `signed-in,${ownerOf(who)}`;

interface AppProps {
  readonly isHidden?: boolean;
  readonly id?: Key;
  readonly path?: string;
  readonly template?: string;
  /** As Clerk's `<SignedIn>` does. */
  readonly onlySignedIn?: boolean;
}

interface Tab {
  readonly update: (props: AppProps) => void;
  readonly clerk: FakeClerk;
  readonly cache: QueryClient;
  readonly unmount: () => void;
  readonly text: () => string | null;
  readonly shows: (wanted: string) => Promise<void>;
  readonly click: () => void;
}

async function setUp({ wrap }: Mode) {
  const [fauna, channels] = [await startFakeFauna(), watchChannels()];
  /** A tab has a cache and a Clerk of its own. */
  function openTab(who: Who, first: AppProps = {}): Tab {
    const [clerk, cache] = [createFakeClerk(who), new QueryClient()];
    const Tab = ({ isHidden, id, path = "", template, onlySignedIn }: AppProps) => {
      const auth = clerk.useAuth();
      if (onlySignedIn && !auth.isSignedIn) return <p>sign in</p>;
      const endpoint = fauna.url + path;
      return (
        <Activity mode={isHidden ? "hidden" : "visible"}>
          <FaunaProvider key={id} {...{ auth, endpoint, template }} queryClient={cache}>
            <Mine />
          </FaunaProvider>
        </Activity>
      );
    };
    const { container, unmount, rerender } = render(wrap(<Tab {...first} />));
    const update = (props: AppProps) => rerender(wrap(<Tab {...props} />));
    const text = () => container.textContent;
    const shows = (wanted: string) => waitFor(() => expect(text()).toBe(wanted));
    const click = () => container.querySelector("button")?.click();
    return { update, clerk, cache, unmount, text, shows, click };
  }
  /** Resolves once all tabs hear each other. */
  const listening = (count: number) => waitFor(() => expect(channels.open.size).toBe(count));
  return { fauna, channels, openTab, listening };
}

describe.each(modes)("$mode", (mode) => {
  test("a sign-out hides at once what other tabs show, and they stay empty if the session is over", async () => {
    const { fauna, channels, openTab, listening } = await setUp(mode);
    const [one, two, three] = [openTab(ada), openTab(ada), openTab(ada)];
    const tabs = [one, two, three];
    for (const tab of tabs) await tab.shows(shownTo(ada));
    await listening(3);
    const { length } = fauna.requests;
    for (const { clerk } of tabs) clerk.switchTokens(null);
    const cached = () => two.cache.getQueriesData({}).map(([, data]) => data);
    one.clerk.become(null);
    await two.shows("loading");
    await three.shows("loading");
    expect(cached()).not.toContain(ownerOf(ada));
    for (const { clerk } of [two, three]) {
      await waitFor(() =>
        expect(clerk.getToken).toHaveBeenLastCalledWith(
          expect.objectContaining({ skipCache: true }),
        ),
      );
      clerk.become(null);
    }
    await two.shows("signed-out");
    await three.shows("signed-out");
    await untilIdle();
    expect(fauna.requests).toHaveLength(length);
    // Who was told tells nobody.
    expect(channels.said).toEqual(["signed-out"]);
    expect(channels.names()).toEqual([]);
  });

  test("a tab whose endpoint has changed tells of a sign-out, too", async () => {
    const { channels, openTab, listening } = await setUp(mode);
    const [one, two] = [openTab(ada), openTab(ada)];
    for (const tab of [one, two]) await tab.shows(shownTo(ada));
    await listening(2);
    const { length } = channels.opened;
    one.update({ path: "/another" });
    await waitFor(() => expect(channels.opened.length).toBeGreaterThan(length));
    await listening(2);
    await one.shows(shownTo(ada));
    one.clerk.become(null);
    await two.shows("loading");
  });

  test("what is still its own a tab shows again, once its issuer has said so", async () => {
    const { openTab, listening } = await setUp(mode);
    const [one, two] = [openTab(ada), openTab(ada)];
    await one.shows(shownTo(ada));
    await two.shows(shownTo(ada));
    await listening(2);
    two.click();
    await two.shows(`${shownTo(ada)},saved ${ownerOf(ada)}`);
    let answer: (token: string) => void;
    two.clerk.getToken.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    one.clerk.become(null);
    await two.shows("loading");
    // What Clerk says meanwhile, as with every token, changes nothing.
    two.clerk.load();
    two.clerk.unload();
    two.clerk.load();
    await untilIdle();
    expect(two.text()).toBe("loading");
    answer!(two.clerk.mint());
    await two.shows(shownTo(ada));
    one.clerk.become(ada);
    await one.shows(shownTo(ada));
    await listening(2);
    one.clerk.become(null);
    two.clerk.switchTokens(null);
    await two.shows("loading");
  });

  test("a token of somebody else shows nothing", async () => {
    const { openTab, listening } = await setUp(mode);
    const [one, two] = [openTab(ada), openTab(ada)];
    await one.shows(shownTo(ada));
    await two.shows(shownTo(ada));
    await listening(2);
    two.clerk.switchTokens(bob);
    one.clerk.become(null);
    await two.shows("loading");
    await untilIdle();
    expect(two.text()).toBe("loading");
    two.clerk.become(bob);
    await two.shows(shownTo(bob));
  });

  test("an issuer that cannot be reached is asked again", async () => {
    const { openTab, listening } = await setUp(mode);
    const [one, two] = [openTab(ada), openTab(ada)];
    await one.shows(shownTo(ada));
    await two.shows(shownTo(ada));
    await listening(2);
    two.clerk.getToken
      .mockRejectedValueOnce(new TypeError("Failed to fetch"))
      .mockResolvedValueOnce(null);
    hurry();
    one.clerk.become(null);
    await two.shows("loading");
    await two.shows(shownTo(ada));
    expect(two.clerk.getToken.mock.calls.slice(-3, -1).every(([{ skipCache }]) => skipCache)).toBe(
      true,
    );
  });
});

const [mode] = modes as [Mode, Mode];

test("nobody else hears of it, and names do not say whose a channel is", async () => {
  const { channels, openTab, listening } = await setUp(mode);
  const others = [bob, { ...ada, sessionId: "sess_ada_2" }, { userId: "ada" }];
  const tabs = others.map((who) => openTab(who));
  const [one, inOrg] = [openTab(ada), openTab({ ...ada, orgId: "org_navy" })];
  await listening(5);
  for (const name of channels.names()) expect(name).toMatch(/^fauna-clerk:session:1:[0-9a-f]{64}$/);
  await Promise.all(tabs.map((tab, n) => tab.shows(shownTo(others[n]!))));
  inOrg.clerk.switchTokens(null);
  one.clerk.become(null);
  // It is of the same session.
  await inOrg.shows("loading");
  await untilIdle();
  expect(tabs.map(({ text }) => text())).toEqual(others.map(shownTo));
});

test.each<[string, (tab: Tab) => void]>([
  ["another user", ({ clerk }) => clerk.become(bob)],
  ["another organization", ({ clerk }) => clerk.become({ ...ada, orgId: "org_navy" })],
  ["another session", ({ clerk }) => clerk.become({ ...ada, sessionId: "sess_ada_2" })],
  ["a Clerk that is loading", ({ clerk }) => clerk.unload()],
  ["a provider that leaves", ({ unmount }) => unmount()],
  ["one that Activity hides", ({ update }) => update({ isHidden: true })],
  [
    "one that leaves while Clerk's token cannot be had",
    ({ clerk, unmount }) => {
      clerk.getToken.mockRejectedValueOnce(new TypeError("Failed to fetch"));
      unmount();
    },
  ],
])("%s is no sign-out", async (_, change) => {
  const { channels, openTab, listening } = await setUp(mode);
  const [one, two] = [openTab(ada), openTab(ada)];
  await two.shows(shownTo(ada));
  await listening(2);
  change(one);
  await untilIdle();
  expect(channels.said).toEqual([]);
  expect(two.text()).toBe(shownTo(ada));
});

test.each<[string, (tab: Tab) => void]>([
  [
    "React's Activity hides the provider and shows it again",
    ({ update }) => {
      update({ isHidden: true });
      update({});
    },
  ],
  ["the provider is mounted anew", ({ update }) => update({ id: "another" })],
  ["the endpoint changes", ({ update }) => update({ path: "/another" })],
  ["the template changes", ({ update }) => update({ template: "another" })],
  ["the organization changes", ({ clerk }) => clerk.become({ ...ada, orgId: "org_navy" })],
])("what a sign-out has hidden stays hidden when %s, until Clerk is asked", async (_, change) => {
  const { fauna, openTab, listening } = await setUp(mode);
  const [one, two] = [openTab(ada), openTab(ada)];
  await one.shows(shownTo(ada));
  await two.shows(shownTo(ada));
  await listening(2);
  // What Clerk has cached says nothing.
  let hasAnswered = false;
  const answers: (() => void)[] = [];
  const { clerk } = two;
  clerk.getToken.mockImplementation(async ({ template, skipCache }) => {
    if (skipCache && !hasAnswered) await new Promise<void>((resume) => answers.push(resume));
    return clerk.mint({ template });
  });
  one.clerk.become(null);
  await two.shows("loading");
  const { length } = fauna.requests;
  change(two);
  await untilIdle();
  expect(two.text()).toBe("loading");
  expect(fauna.requests).toHaveLength(length);
  hasAnswered = true;
  for (const answer of answers) answer();
  await waitFor(() => expect(two.text()).toMatch(/^signed-in,ada/));
});

test("somebody who signs in after the end of a session is not taken for that", async () => {
  const { openTab, listening } = await setUp(mode);
  const sessionless = { userId: "ada" };
  const [one, two] = [openTab(sessionless), openTab(sessionless)];
  await one.shows(shownTo(sessionless));
  await two.shows(shownTo(sessionless));
  await listening(2);
  two.clerk.switchTokens(null);
  one.clerk.become(null);
  await two.shows("loading");
  two.clerk.become(null);
  await two.shows("signed-out");
  const { length } = two.clerk.getToken.mock.calls;
  two.clerk.become(sessionless);
  await two.shows(shownTo(sessionless));
  const asked = two.clerk.getToken.mock.calls.slice(length);
  expect(asked).not.toContainEqual([expect.objectContaining({ skipCache: true })]);
});

test("a sign-out is told by a provider that it unmounts, too", async () => {
  const { channels, openTab, listening } = await setUp(mode);
  const [one, two] = [openTab(ada, { onlySignedIn: true }), openTab(ada)];
  await one.shows(shownTo(ada));
  await two.shows(shownTo(ada));
  await listening(2);
  two.clerk.switchTokens(null);
  one.clerk.become(null);
  await two.shows("loading");
  await waitFor(() => expect(channels.open.size).toBe(1));
  expect(channels.said).toEqual(["signed-out"]);
});

test("a page that is kept for “back” hears nothing, and asks when it is back", async () => {
  const { channels, openTab, listening } = await setUp(mode);
  const tab = openTab(ada);
  await tab.shows(shownTo(ada));
  await listening(1);
  window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  expect(channels.names()).toEqual([]);
  tab.clerk.getToken.mockClear();
  const back = new PageTransitionEvent("pageshow", { persisted: true });
  window.dispatchEvent(back);
  expect(channels.names()).toHaveLength(1);
  await untilIdle();
  expect(tab.text()).toBe(shownTo(ada));
  expect(tab.clerk.getToken).toHaveBeenCalledExactlyOnceWith({
    template: "fauna",
    skipCache: true,
  });
  tab.clerk.switchTokens(null);
  window.dispatchEvent(back);
  await tab.shows("loading");
});

test("a provider that leaves while its token is on its way opens no channel when its page is shown", async () => {
  const { channels, openTab, listening } = await setUp(mode);
  const tab = openTab(ada);
  await tab.shows(shownTo(ada));
  await listening(1);
  let answer!: (token: null) => void;
  tab.clerk.getToken.mockReturnValue(new Promise((resolve) => (answer = resolve)));
  tab.unmount();
  await untilIdle();
  window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  expect(channels.opened).toHaveLength(1);
  answer(null);
  await waitFor(() => expect(channels.said).toEqual(["signed-out"]));
  expect(channels.names()).toEqual([]);
});

test.each([
  ["refuses channels", "BroadcastChannel"],
  ["has no cryptography", "crypto"],
])("a browser that %s shares no sign-outs, and has no error", async (_, missing) => {
  const { channels, openTab } = await setUp(mode);
  const refuse = (): never => {
    throw new DOMException("", "SecurityError");
  };
  vi.stubGlobal(missing, missing === "crypto" ? {} : refuse);
  const tab = openTab(ada);
  await tab.shows(shownTo(ada));
  await untilIdle();
  tab.clerk.become(null);
  await tab.shows("signed-out");
  expect(channels.said).toEqual([]);
});
