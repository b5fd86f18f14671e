// @vitest-environment node
import { QueryClient } from "@tanstack/react-query";
import { FaunaProvider } from "fauna-clerk";
import { renderToString } from "react-dom/server";
import { describe, expect, test, vi } from "vitest";

import { drivers } from "../support/drivers";
import { ada, createFakeClerk, type Who } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { Owner } from "../support/owner";
import { variants } from "../support/variants";

const states: readonly { state: string; who: Who | null | undefined; html: string }[] = [
  { state: "Clerk is loading", who: undefined, html: "loading" },
  { state: "somebody is signed in", who: ada, html: "loading" },
  { state: "nobody is signed in", who: null, html: "nothing" },
];

describe.each(variants)("$driver $mode", ({ wrap, query }) => {
  test.each(states)("rendering on the server sends nothing while $state", async (given) => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(given.who)];
    const fetched = vi.spyOn(globalThis, "fetch");
    const html = renderToString(
      wrap(
        <FaunaProvider
          auth={clerk.auth}
          endpoint={fauna.url}
          drivers={drivers}
          queryClient={new QueryClient()}
        >
          <Owner query={query()} />
        </FaunaProvider>,
      ),
    );
    expect(html).toContain(`>${given.html}<`);
    await untilIdle();
    expect(clerk.getToken).not.toHaveBeenCalled();
    expect(fetched).not.toHaveBeenCalled();
  });
});

test("a provider with a QueryClient of its own renders on the server too", async () => {
  const clerk = createFakeClerk(ada);
  const html = renderToString(
    <FaunaProvider auth={clerk.auth} endpoint="https://fauna.example.test">
      rendered
    </FaunaProvider>,
  );
  expect(html).toContain("rendered");
});
