import { act, screen, waitFor } from "@testing-library/react";
import { fql } from "fauna";
import { useFaunaLiveQuery, useFaunaQuery } from "fauna-clerk";
import { expect, onTestFinished, test } from "vitest";

import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { event, Live, send, serveLive, todo, todos } from "../support/fake-live";
import { untilIdle } from "../support/idle";
import { startFastClock } from "../support/live-clock";
import { renderFauna, type RenderFaunaOptions } from "../support/render-fauna";
import { watchChannels } from "../support/watch-channels";

async function setUp(options: Partial<RenderFaunaOptions> = {}) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const server = serveLive(fauna);
  renderFauna(<Live />, { clerk, fauna, ...options });
  await screen.findByText("live: one, three");
  return { fauna, server };
}

function show(visibilityState: "visible" | "hidden"): void {
  Object.defineProperty(document, "visibilityState", {
    value: visibilityState,
    configurable: true,
  });
  onTestFinished(() => void Reflect.deleteProperty(document, "visibilityState"));
  act(() => void document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
}

test("a page that is hidden for long pauses, and catches up from its cursor when it is shown", async () => {
  const { server } = await setUp({ live: { pauseWhenHiddenFor: 0 } });
  show("hidden");
  await screen.findByText("paused: one, three");
  await waitFor(() => expect(server.sent("/stream/1")[0]?.aborted).toBe(true));
  server.missed.set("c0", [event("add", todo(2, "two", 1), 1)]);
  show("visible");
  await screen.findByText("live: one, two, three");
  expect(server.sent("/query/1")).toHaveLength(1);
  expect(server.sent("/feed/1")).toHaveLength(1);
});

test("a page that is hidden for a moment keeps its stream", async () => {
  const { server } = await setUp();
  show("hidden");
  show("visible");
  send(server.streams[0], event("add", todo(2, "two", 1), 1));
  await screen.findByText("live: one, two, three");
  expect(server.sent("/stream/1")).toHaveLength(1);
});

test("a page that is left while a query loads has no channel to other tabs", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  serveLive(fauna);
  const channels = watchChannels();
  const relays = (): string[] => channels.names().filter((name) => name.includes(":relay:"));
  const held = fauna.hold(({ path }) => path === "/query/1");
  renderFauna(<Live />, { clerk, fauna });
  await held.reached();
  await waitFor(() => expect(relays()).toHaveLength(1));
  act(() => void window.dispatchEvent(new Event("pagehide")));
  expect(relays()).toEqual([]);
  act(() => void window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true })));
  held.release();
  await screen.findByText("live: one, three");
  // Its name is a digest, which may take longer than the data.
  await waitFor(() => expect(relays()).toHaveLength(1));
});

test("a query that nobody follows any more has no slot, though others wait for its data", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  serveLive(fauna);
  const held = fauna.hold(({ body }) => body.includes("Todo.all()"));
  const Todos = () => <i>{useFaunaQuery(todos).loading ? "loading" : "loaded"}</i>;
  const Note = () => <b>{useFaunaLiveQuery(fql`Note.all()`).liveInfo.transport}</b>;
  const { update } = renderFauna([<Todos key="todos" />, <Live key="live" />], {
    ...{ clerk, fauna },
    live: { maxStreams: 1 },
  });
  await held.reached();
  await untilIdle();
  update([<Todos key="todos" />, <Note key="note" />]);
  await screen.findByText("stream");
  await screen.findByText("loading");
  held.release();
  await screen.findByText("loaded");
});

test("a page that goes offline is no longer live, even if its stream has not noticed", async () => {
  const { server } = await setUp();
  server.answer = () => ({ drop: true });
  window.dispatchEvent(new Event("offline"));
  await screen.findByText("reconnecting: one, three");
  server.answer = () => undefined;
  window.dispatchEvent(new Event("online"));
  await screen.findByText("live: one, three");
});

test("a connection is renewed from its cursor before its token expires, and stays live", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const server = serveLive(fauna);
  startFastClock();
  clerk.getToken.mockImplementation(async () => {
    const now = Math.floor(Date.now() / 1000);
    return clerk.mint({}, { iat: now, exp: now + 3 });
  });
  const states: string[] = [];
  renderFauna(<Live />, { clerk, fauna });
  await screen.findByText("live: one, three");
  const observer = new MutationObserver(() => states.push(document.body.textContent ?? ""));
  observer.observe(document.body, { subtree: true, characterData: true, childList: true });
  server.missed.set("c0", [event("add", todo(2, "two", 1), 1)]);
  let renewedAt = Infinity;
  server.answer = ({ path }) => void (path === "/stream/1" && (renewedAt = Date.now()));
  await waitFor(() => expect(server.streams).toHaveLength(2));
  const [first, second] = server.sent("/stream/1");
  expect(renewedAt).toBeLessThan(Number(first?.claims["exp"]) * 1000);
  expect(first?.aborted).toBe(true);
  expect(second?.token).not.toBe(first?.token);
  expect(JSON.parse(second?.body ?? "")).toEqual({ token: "source", cursor: "c1" });
  await screen.findByText("live: one, two, three");
  observer.disconnect();
  expect(new Set(states)).toEqual(new Set(["live: one, two, three"]));
});
