import { QueryClient } from "@tanstack/react-query";
import { act, render, screen, waitFor } from "@testing-library/react";
import { fql } from "fauna";
import {
  FaunaProvider,
  useFaunaAuth,
  useFaunaMutation,
  type UseFaunaMutationResult,
  useFaunaQuery,
} from "fauna-clerk";
import { Activity, type ReactNode, useLayoutEffect, useRef } from "react";
import { expect, test } from "vitest";

import { ada, bob, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { event, Live, send, serveLive, todo } from "../support/fake-live";

type Mode = "visible" | "hidden";

async function setUp() {
  const [fauna, clerk, cache] = [await startFakeFauna(), createFakeClerk(ada), new QueryClient()];
  function Provider({ children }: { children: ReactNode }) {
    return (
      <FaunaProvider endpoint={fauna.url} auth={clerk.useAuth()} queryClient={cache}>
        {children}
      </FaunaProvider>
    );
  }
  return { fauna, clerk, Provider };
}

test("what was hidden while the user changed shows nothing of the user before", async () => {
  const { clerk, Provider } = await setUp();
  const frames: (string | null)[] = [];
  let write!: UseFaunaMutationResult<string, string>;
  function Inside() {
    const { userId } = useFaunaAuth();
    const query = useFaunaQuery(fql<string>`whoami()`);
    write = useFaunaMutation((title: string) => fql<string>`add(${title})`);
    const shown = useRef<HTMLParagraphElement>(null);
    useLayoutEffect(() => void frames.push(shown.current?.textContent ?? null));
    return <p ref={shown}>{`${userId}: ${query.data} ${write.data} ${write.variables}`}</p>;
  }
  const tree = (mode: Mode) => (
    <Provider>
      <Activity mode={mode}>
        <Inside />
      </Activity>
    </Provider>
  );
  const { rerender } = render(tree("visible"));
  await screen.findByText(/^ada: ada/);
  await act(async () => void (await write.mutateAsync("secret")));
  await screen.findByText(/secret/);
  rerender(tree("hidden"));
  clerk.become(bob);
  frames.length = 0;
  rerender(tree("visible"));
  await screen.findByText(/^bob: bob/);
  expect(frames.filter((frame) => /ada|secret/.test(String(frame)))).toEqual([]);
});

const inside = (mode: Mode, children: ReactNode, Provider: Wrapper) => (
  <Activity mode={mode}>
    <Provider>{children}</Provider>
  </Activity>
);
const outside = (mode: Mode, children: ReactNode, Provider: Wrapper) => (
  <Provider>
    <Activity mode={mode}>{children}</Activity>
  </Provider>
);
type Wrapper = (props: { children: ReactNode }) => ReactNode;

test.each([
  ["inside", inside],
  ["outside", outside],
])("a live query is live again after it was hidden, with the provider %s", async (_, tree) => {
  const { fauna, Provider } = await setUp();
  const server = serveLive(fauna);
  const { rerender } = render(tree("visible", <Live />, Provider));
  await screen.findByText("live: one, three");
  rerender(tree("hidden", <Live />, Provider));
  await waitFor(() => expect(server.sent("/stream/1")[0]?.aborted).toBe(true));
  rerender(tree("visible", <Live />, Provider));
  await waitFor(() => expect(server.streams).toHaveLength(2));
  send(server.streams[1], event("add", todo(2, "two"), 5));
  await screen.findByText("live: one, two, three");
});

test("a write under way goes on when its provider is hidden", async () => {
  const { fauna, Provider } = await setUp();
  let write!: UseFaunaMutationResult<string, string>;
  function Write() {
    write = useFaunaMutation((title: string) => fql<string>`add(${title})`);
    return null;
  }
  const { rerender } = render(inside("visible", <Write />, Provider));
  const hold = fauna.hold();
  const done = write.mutateAsync("x");
  await hold.reached();
  rerender(inside("hidden", <Write />, Provider));
  await act(async () => {});
  hold.release();
  await expect(done).resolves.toMatch(/^ada/);
});
