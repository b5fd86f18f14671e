import { QueryClient } from "@tanstack/react-query";
import { act, screen } from "@testing-library/react";
import { FaunaProvider } from "fauna-clerk";
import type { ReactNode } from "react";
import { hydrateRoot, type Root } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { describe, expect, onTestFinished, test } from "vitest";

import { drivers } from "../support/drivers";
import { ada, createFakeClerk, type FakeClerk, type Who } from "../support/fake-clerk";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import { Owner } from "../support/owner";
import { ownerOf } from "../support/watcher";
import { variants } from "../support/variants";

interface AppProps {
  clerk: FakeClerk;
  fauna: FakeFauna;
  cache: QueryClient;
  children: ReactNode;
}

function App({ clerk, fauna, cache, children }: AppProps) {
  return (
    <FaunaProvider
      auth={clerk.useAuth()}
      endpoint={fauna.url}
      drivers={drivers}
      queryClient={cache}
    >
      {children}
    </FaunaProvider>
  );
}

/** Puts the server's HTML on the page and hydrates it there; returns what React complained about. */
function hydrate(tree: () => ReactNode): unknown[] {
  const container = document.body.appendChild(document.createElement("div"));
  container.innerHTML = renderToString(tree());
  const complaints: unknown[] = [];
  const onRecoverableError = (error: unknown): void => void complaints.push(error);
  let root: Root | undefined;
  act(() => {
    root = hydrateRoot(container, tree(), { onRecoverableError });
  });
  onTestFinished(() => {
    act(() => root?.unmount());
    container.remove();
  });
  return complaints;
}

const states: readonly { state: string; who: Who | undefined }[] = [
  { state: "Clerk is loading", who: undefined },
  { state: "somebody is signed in", who: ada },
];

describe.each(variants)("$driver $mode", ({ wrap, query }) => {
  test.each(states)("HTML rendered while $state hydrates without errors", async ({ who }) => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(who)];
    const complaints = hydrate(() =>
      wrap(
        <App clerk={clerk} fauna={fauna} cache={new QueryClient()}>
          <Owner query={query()} />
        </App>,
      ),
    );
    clerk.become(ada);
    await screen.findByText(ownerOf(ada));
    expect(complaints).toEqual([]);
    expect(fauna.requests).toHaveLength(1);
  });
});
