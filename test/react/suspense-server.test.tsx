import { inspect } from "node:util";

import { QueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { act, screen } from "@testing-library/react";
import { fql, type Page } from "fauna";
import {
  FaunaClientOnly,
  FaunaProvider,
  faunaQueryOptions,
  isConfigurationError,
  useFaunaAuth,
  useFaunaClient,
  useFaunaSuspenseInfiniteQuery,
  useFaunaSuspenseQuery,
  usePrefetchFaunaQuery,
} from "fauna-clerk";
import type { ReactNode } from "react";
import * as ReactDOM from "react-dom";
import { hydrateRoot, type Root } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";

import { Boundary } from "../support/boundary";
import { drivers } from "../support/drivers";
import { success } from "../support/fake-answers";
import { ada, createFakeClerk, type FakeClerk, type Who } from "../support/fake-clerk";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { modes } from "../support/modes";
import { onServer, stream } from "../support/on-server";
import { variants } from "../support/variants";

interface AppProps {
  clerk: FakeClerk;
  fauna: FakeFauna;
  cache?: QueryClient;
  children: ReactNode;
}

/** From React 19.3 on a component can leave its boundary to the browser. Before, it has to throw an error there. */
const isLeftSilently = "browser" in ReactDOM;

function App({ clerk, fauna, cache = new QueryClient(), children }: AppProps) {
  return (
    <FaunaProvider
      auth={clerk.useAuth()}
      endpoint={fauna.url}
      drivers={drivers}
      queryClient={cache}
    >
      <p>shell</p>
      <Boundary>{children}</Boundary>
    </FaunaProvider>
  );
}

function hydrate(html: string, tree: ReactNode): Error[] {
  const container = document.body.appendChild(document.createElement("div"));
  container.innerHTML = html;
  const notices: Error[] = [];
  let root: Root | undefined;
  act(() => {
    root = hydrateRoot(container, tree, {
      onRecoverableError: (error) => void notices.push(error as Error),
    });
  });
  onTestFinished(() => {
    act(() => root?.unmount());
    container.remove();
  });
  return notices;
}

/** Both renderers run in this one process, which React remarks: no page does that. */
afterEach(() => {
  const said = vi.mocked(console.error).mock.calls.map(([first]) => String(first));
  expect(said.filter((text) => !text.includes("multiple renderers"))).toEqual([]);
  vi.mocked(console.error).mockClear();
});

const states: readonly { state: string; who: Who | null | undefined }[] = [
  { state: "Clerk is loading", who: undefined },
  { state: "somebody is signed in", who: ada },
  { state: "nobody is signed in", who: null },
];

describe.each(modes)("$mode", ({ mode, wrap }) => {
  describe.each(variants.filter((each) => each.mode === mode))("$driver", ({ query }) => {
    function Value() {
      usePrefetchFaunaQuery(query("other"));
      return <p data-testid="value">{useFaunaSuspenseQuery(query()).data}</p>;
    }

    test.each(states)(
      "a server sends the fallback, and nothing to Fauna, while $state",
      async ({ who }) => {
        const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(who)];
        const { html, errors } = await onServer(() =>
          stream(
            wrap(
              <App clerk={clerk} fauna={fauna}>
                <Value />
              </App>,
            ),
          ),
        );
        expect(html).toContain("shell");
        expect(html).toContain("waiting");
        expect(html).not.toContain("value");
        expect(errors.map((error) => isConfigurationError(error) && error.code)).toEqual(
          isLeftSilently ? [] : ["browser_only"],
        );
        await untilIdle();
        expect(fauna.requests).toEqual([]);
        expect(clerk.getToken).not.toHaveBeenCalled();
      },
    );

    test("the browser renders that boundary, which React before 19.3 reports as browser_only", async () => {
      const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
      fauna.respond = (request) => success(request, "there");
      const cache = new QueryClient();
      const tree = () =>
        wrap(
          <App clerk={clerk} fauna={fauna} cache={cache}>
            <Value />
          </App>,
        );
      const { html } = await onServer(() => stream(tree()));
      const notices = hydrate(html, tree());
      await screen.findByText("there");
      expect(screen.getByText("shell")).toBeDefined();
      expect(notices.map(({ message }) => message)).toEqual(
        isLeftSilently ? [] : [expect.stringContaining("[browser_only]")],
      );
    });
  });

  test("TanStack's own hook leaves that boundary to the browser, too", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    fauna.respond = (request) => success(request, "there");
    function Value() {
      const scope = { client: useFaunaClient(), auth: useFaunaAuth() };
      return <p>{useSuspenseQuery(faunaQueryOptions(scope, fql<string>`value`)).data}</p>;
    }
    const cache = new QueryClient();
    const tree = () =>
      wrap(
        <App clerk={clerk} fauna={fauna} cache={cache}>
          <Value />
        </App>,
      );
    const { html, errors } = await onServer(() => stream(tree()));
    expect(html).toContain("waiting");
    expect(errors).toHaveLength(isLeftSilently ? 0 : 1);
    hydrate(html, tree());
    await screen.findByText("there");
  });

  test("without a <Suspense> above, a server's render fails with what to do", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const Value = () => <p>{useFaunaSuspenseQuery(fql<string>`value`).data}</p>;
    const Page = () => (
      <FaunaProvider auth={clerk.useAuth()} endpoint={fauna.url}>
        <Value />
      </FaunaProvider>
    );
    const error = await onServer(() => stream(wrap(<Page />)).catch((error: Error) => error));
    expect(inspect(error)).toMatch(/A server sends no queries.*<Suspense>/);
  });

  test("what is left to the browser is the fallback on a server, and no error anywhere", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    fauna.respond = (request) => success(request, "there");
    const Value = () => <p>{useFaunaSuspenseQuery(fql<string>`value`).data}</p>;
    const cache = new QueryClient();
    const tree = () =>
      wrap(
        <App clerk={clerk} fauna={fauna} cache={cache}>
          <FaunaClientOnly fallback={<p>on its way</p>}>
            <Value />
          </FaunaClientOnly>
        </App>,
      );
    const { html, errors } = await onServer(() => stream(tree()));
    expect(html).toContain("on its way");
    expect(errors).toEqual([]);
    const notices = hydrate(html, tree());
    expect(screen.getByText("on its way")).toBeDefined();
    await screen.findByText("there");
    expect(screen.queryByText("on its way")).toBeNull();
    expect(notices).toEqual([]);
  });

  test("a server renders data that is in its cache", async () => {
    const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
    const cache = new QueryClient();
    let key: readonly unknown[] | undefined;
    function Items() {
      const query = fql<Page<string>>`Todo.all()`;
      return <p>{useFaunaSuspenseInfiniteQuery(query).items.join(" ")}</p>;
    }
    cache.getQueryCache().subscribe(({ query }) => (key = query.queryKey));
    const html = await onServer(() => {
      const tree = (
        <App clerk={clerk} fauna={fauna} cache={cache}>
          <Items />
        </App>
      );
      const find = vi.spyOn(cache, "getQueryState").mockImplementation((of) => {
        key = of;
        return undefined;
      });
      renderToString(tree);
      find.mockRestore();
      cache.setQueryData(key ?? [], { pages: [{ data: ["a", "b"] }], pageParams: [null] });
      return renderToString(tree);
    });
    expect(html).toContain("<p>a b</p>");
    expect(fauna.requests).toEqual([]);
  });
});
