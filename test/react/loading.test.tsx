import { onlineManager } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import type { UseFaunaQueryOptions } from "fauna-clerk";
import { describe, expect, onTestFinished, test } from "vitest";

import { failure } from "../support/fake-answers";
import { ada, createFakeClerk, type Who } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { renderFauna } from "../support/render-fauna";
import { createFrames, ownerOf, Watcher } from "../support/watcher";
import { variants } from "../support/variants";

interface State {
  readonly when: string;
  readonly who: Who | null | undefined;
  readonly options?: UseFaunaQueryOptions<string>;
  readonly loading: boolean;
}

/** What `loading` is at first, and stays while nothing is answered. */
const table: readonly State[] = [
  { when: "Clerk is loading", who: undefined, loading: true },
  { when: "somebody is signed in", who: ada, loading: true },
  { when: "nobody is signed in", who: null, loading: false },
  { when: "it is disabled", who: ada, options: { enabled: false }, loading: false },
  {
    when: "it is disabled while Clerk is loading",
    who: undefined,
    options: { enabled: false },
    loading: false,
  },
  {
    when: "it is disabled by a function",
    who: ada,
    options: { enabled: () => false },
    loading: false,
  },
  {
    when: "it is enabled by a function",
    who: ada,
    options: { enabled: () => true },
    loading: true,
  },
  {
    when: "it is enabled by a function while Clerk is loading",
    who: undefined,
    options: { enabled: () => true },
    loading: true,
  },
  { when: "there is initial data", who: ada, options: { initialData: "initial" }, loading: false },
  {
    when: "there is initial data but nobody is signed in",
    who: null,
    options: { initialData: "initial" },
    loading: false,
  },
];

describe.each(variants)("$driver $mode", ({ wrap, query }) => {
  test.each(table)("loading is $loading from the first render when $when", async (state) => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(state.who)];
    fauna.hold();
    const frames = createFrames();
    const { options = {} } = state;
    const watcher = <Watcher clerk={clerk} frames={frames} query={query()} options={options} />;
    renderFauna(watcher, { clerk, fauna, wrap });
    expect(new Set(frames.all.map(({ loading }) => loading))).toEqual(new Set([state.loading]));
  });

  test("loading stays true while the device is offline", async () => {
    onTestFinished(() => onlineManager.setOnline(true));
    onlineManager.setOnline(false);
    const [fauna, clerk, frames] = [await startFakeFauna(), createFakeClerk(ada), createFrames()];
    const watcher = <Watcher clerk={clerk} frames={frames} query={query()} />;
    renderFauna(watcher, { clerk, fauna, wrap });
    await untilIdle();
    expect(fauna.requests).toEqual([]);
    expect(new Set(frames.all.map(({ loading }) => loading))).toEqual(new Set([true]));
  });

  test("loading ends with the first data", async () => {
    const [fauna, clerk, frames] = [await startFakeFauna(), createFakeClerk(), createFrames()];
    const watcher = <Watcher clerk={clerk} frames={frames} query={query()} />;
    renderFauna(watcher, { clerk, fauna, wrap });
    clerk.become(ada);
    await screen.findByText(ownerOf(ada));
    expect(frames.all.filter(({ loading, data }) => loading === (data !== undefined))).toEqual([]);
  });

  test("loading ends with the first error", async () => {
    const [fauna, clerk, frames] = [await startFakeFauna(), createFakeClerk(ada), createFrames()];
    fauna.respond = (request) => failure(request, 400, "abort");
    const watcher = <Watcher clerk={clerk} frames={frames} query={query()} />;
    renderFauna(watcher, { clerk, fauna, wrap });
    await screen.findByText(/abort|BadRequest/);
    expect(frames.all.filter((frame) => frame.loading === (frame.failure !== undefined))).toEqual(
      [],
    );
  });

  test("signed out: data is undefined, error is null and nothing is sent", async () => {
    const [fauna, clerk, frames] = [await startFakeFauna(), createFakeClerk(), createFrames()];
    const watcher = (
      <Watcher clerk={clerk} frames={frames} query={query()} options={{ initialData: "x" }} />
    );
    renderFauna(watcher, { clerk, fauna, wrap });
    clerk.become(null);
    expect(screen.getByTestId("watched").textContent).toBe("nothing");
    expect(frames.all.map(({ data, failure }) => data ?? failure).filter(Boolean)).toEqual([]);
    expect(clerk.getToken).not.toHaveBeenCalled();
    expect(fauna.requests).toEqual([]);
  });
});
