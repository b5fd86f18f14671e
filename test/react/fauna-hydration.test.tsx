import { QueryClient } from "@tanstack/react-query";
import { act, screen, waitFor } from "@testing-library/react";
import { fql, type Page } from "fauna";
import {
  FaunaHydration,
  type FaunaHydrationState,
  FaunaProvider,
  useFaunaAuth,
  useFaunaInfiniteQuery,
  useFaunaLiveQuery,
  useFaunaMutation,
  useFaunaQuery,
  useFaunaSuspenseQuery,
} from "fauna-clerk";
import { createFaunaRequest, type FaunaRequest } from "fauna-clerk/server";
import { type ReactNode, Suspense } from "react";
import { hydrateRoot, type Root } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { failure, success } from "../support/fake-answers";
import { ada, bob, createFakeClerk, type FakeClerk, type Who } from "../support/fake-clerk";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import {
  event,
  Live,
  send,
  serveLive,
  SNAPSHOT,
  todo,
  todos as documents,
} from "../support/fake-live";
import { untilIdle } from "../support/idle";
import { add, isRead, list, serveList } from "../support/list-server";
import { modes } from "../support/modes";
import { renderFauna, type RenderFaunaOptions } from "../support/render-fauna";
import { serverAuth } from "../support/server-auth";
import { watchChannels } from "../support/watch-channels";

const todos = fql<Page<string>>`Todo.all()`;
let renders: string[] = [];

function Todos() {
  const { data, loading } = useFaunaQuery(todos);
  const text = loading ? "loading" : (data?.data.join(" ") ?? "nothing");
  renders.push(text);
  return <p>{text}</p>;
}

function Suspending() {
  return <p>{useFaunaSuspenseQuery(todos).data.data.join(" ")}</p>;
}

function Status() {
  return <i>{useFaunaAuth().status}</i>;
}

interface Page_ {
  clerk: FakeClerk;
  fauna: FakeFauna;
  state: FaunaHydrationState;
  cache: QueryClient;
  children: ReactNode;
}

function App({ clerk, fauna, state, cache, children }: Page_) {
  return (
    <FaunaProvider auth={clerk.useAuth()} endpoint={fauna.url} queryClient={cache}>
      <FaunaHydration state={state}>{children}</FaunaHydration>
    </FaunaProvider>
  );
}

/** A Fauna with one list, and a request to a server of a user. */
async function setUp(
  userId: string | null = "ada",
): Promise<{ fauna: FakeFauna; request: FaunaRequest }> {
  const fauna = await startFakeFauna();
  fauna.respond = (asked) => success(asked, { "@set": { data: [asked.claims["sub"]] } }, 5);
  renders = [];
  return { fauna, request: createFaunaRequest({ endpoint: fauna.url, auth: serverAuth(userId) }) };
}

interface Shown {
  readonly html: string;
  readonly cache: QueryClient;
  readonly complaints: unknown[];
  rerender(tree: ReactNode): void;
}

/** Renders on a server and takes over in the browser. */
function load(tree: (cache: QueryClient) => ReactNode): Shown {
  const container = document.body.appendChild(document.createElement("div"));
  vi.stubGlobal("window", undefined);
  const html = renderToString(tree(new QueryClient()));
  vi.unstubAllGlobals();
  container.innerHTML = html;
  renders = [];
  const complaints: unknown[] = [];
  const cache = new QueryClient();
  let root!: Root;
  act(() => {
    root = hydrateRoot(container, tree(cache), {
      onRecoverableError: (error) => void complaints.push(error),
    });
  });
  onTestFinished(() => {
    act(() => root.unmount());
    container.remove();
  });
  return { html, cache, complaints, rerender: (next) => act(() => root.render(next)) };
}

const keysIn = (cache: QueryClient): string =>
  JSON.stringify(
    cache
      .getQueryCache()
      .getAll()
      .map(({ queryKey }) => queryKey),
  );

const whileLoading: readonly { clerkSays: string; who: Who | undefined }[] = [
  { clerkSays: "loads", who: undefined },
  { clerkSays: "knows who is signed in", who: ada },
];

test("a server whose SDK has no getToken yet, as @clerk/nextjs 6, renders each user's data", async () => {
  for (const userId of ["ada", "bob"]) {
    const { fauna, request } = await setUp(userId);
    await request.prefetch(todos);
    const tree = (
      <FaunaProvider auth={{ isLoaded: false } as never} endpoint={fauna.url}>
        <FaunaHydration {...request.dehydrate()}>
          <Todos />
        </FaunaHydration>
      </FaunaProvider>
    );
    expect(renderToString(tree)).toContain(`<p>${userId}</p>`);
  }
});

describe.each(modes)("$mode", ({ wrap }) => {
  describe.each(whileLoading)("while Clerk $clerkSays", ({ who }) => {
    test.each([
      ["useFaunaQuery", <Todos key="todos" />],
      ["useFaunaSuspenseQuery", <Suspending key="suspending" />],
    ])(
      "%s shows what was prefetched in the HTML, and asks for nothing",
      async (_name, children) => {
        const [{ fauna, request }, clerk] = [await setUp(), createFakeClerk(who)];
        await request.prefetch(todos);
        const { state } = request.dehydrate();
        const { html, complaints } = load((cache) =>
          wrap(
            <App {...{ clerk, fauna, state, cache }}>
              <Suspense fallback="waiting">{children}</Suspense>
            </App>,
          ),
        );
        expect(html).toContain("<p>ada</p>");
        expect(screen.getByText("ada")).toBeDefined();
        clerk.become(ada);
        await untilIdle();
        expect(screen.getByText("ada")).toBeDefined();
        expect(complaints).toEqual([]);
        expect(fauna.requests).toHaveLength(1);
      },
    );
  });

  test("a list finds its first page", async () => {
    const [{ fauna, request }, clerk] = [await setUp(), createFakeClerk(undefined)];
    await request.prefetchInfinite(todos);
    const { state } = request.dehydrate();
    function List() {
      return <p>{useFaunaInfiniteQuery(todos).items.join(" ")}</p>;
    }
    const { html } = load((cache) =>
      wrap(
        <App {...{ clerk, fauna, state, cache }}>
          <List />
        </App>,
      ),
    );
    expect(html).toContain("<p>ada</p>");
    clerk.become(ada);
    await untilIdle();
    expect(fauna.requests).toHaveLength(1);
  });
});

test("nothing renders more often than Clerk's own state makes it", async () => {
  const [{ fauna, request }, clerk] = [await setUp(), createFakeClerk(undefined)];
  await request.prefetch(todos);
  const { state } = request.dehydrate();
  load((cache) => (
    <App {...{ clerk, fauna, state, cache }}>
      <Todos />
    </App>
  ));
  await untilIdle();
  expect(renders).toEqual(["ada"]);
  clerk.become(ada);
  await untilIdle();
  expect(renders).toEqual(["ada", "ada"]);
});

describe("fresh for the first mount", () => {
  test("and then as its stale time says", async () => {
    const [{ fauna, request }, clerk] = [await setUp(), createFakeClerk(ada)];
    await request.prefetch(todos);
    const { state } = request.dehydrate();
    const tree = (cache: QueryClient, more?: ReactNode) => (
      <App {...{ clerk, fauna, state, cache }}>
        <Todos />
        {more}
      </App>
    );
    const { cache, rerender } = load(tree);
    await untilIdle();
    expect(fauna.requests).toHaveLength(1);
    await new Promise((resume) => setTimeout(resume));
    rerender(tree(cache, <Todos />));
    await fauna.received(2);
  });
});

describe("what somebody else's server render says", () => {
  test("is not shown and not kept, once it is known who is signed in", async () => {
    const [{ fauna, request }, clerk] = [await setUp("bob"), createFakeClerk(ada)];
    await request.prefetch(todos);
    const { state } = request.dehydrate();
    const { html, cache } = load((cache) => (
      <App {...{ clerk, fauna, state, cache }}>
        <Todos />
      </App>
    ));
    expect(html).not.toContain("bob");
    await screen.findByText("ada");
    expect(keysIn(cache)).not.toContain("bob");
  });

  test("leaves nothing behind when Clerk says another user than the page", async () => {
    const [{ fauna, request }, clerk] = [await setUp("bob"), createFakeClerk(undefined)];
    await request.prefetch(todos);
    const { state } = request.dehydrate();
    const { cache } = load((cache) => (
      <App {...{ clerk, fauna, state, cache }}>
        <Todos />
      </App>
    ));
    expect(screen.getByText("bob")).toBeDefined();
    clerk.become(ada);
    await screen.findByText("ada");
    expect(keysIn(cache)).not.toContain("bob");
    expect(document.body.textContent).not.toContain("bob");
  });

  test("does not say who is signed in while Clerk loads, if it is not the document's own", async () => {
    const [{ fauna, request }, clerk] = [await setUp("bob"), createFakeClerk(undefined)];
    await request.prefetch(todos);
    const { state } = request.dehydrate();
    const { cache } = renderFauna(
      <FaunaHydration state={state}>
        <Status />
        <Todos />
      </FaunaHydration>,
      { clerk, fauna },
    );
    expect(screen.getByText("loading", { selector: "i" })).toBeDefined();
    expect(keysIn(cache)).not.toContain("bob");
  });

  test("does not either if it takes the document's place", async () => {
    const [{ fauna, request }, clerk] = [await setUp(null), createFakeClerk(undefined)];
    const other = createFaunaRequest({ endpoint: fauna.url, auth: serverAuth("bob") });
    const tree = (of: FaunaRequest) => (cache: QueryClient) => (
      <App {...{ clerk, fauna, cache, ...of.dehydrate() }}>
        <Status />
      </App>
    );
    const { cache, rerender } = load(tree(request));
    rerender(tree(other)(cache));
    expect(screen.getByText("loading", { selector: "i" })).toBeDefined();
  });
});

test("a user switch leaves nothing behind", async () => {
  const [{ fauna, request }, clerk] = [await setUp(), createFakeClerk(undefined)];
  await request.prefetch(todos);
  const { state } = request.dehydrate();
  const { cache } = load((cache) => (
    <App {...{ clerk, fauna, state, cache }}>
      <Todos />
    </App>
  ));
  clerk.become(ada);
  clerk.become(bob);
  await screen.findByText("bob");
  expect(keysIn(cache)).not.toContain("ada");
});

test("a sign-out in another tab hides what the page's server has read, until Clerk says that it is still its own", async () => {
  const [{ fauna, request }, clerk] = [await setUp(), createFakeClerk(ada)];
  await request.prefetch(todos);
  const { state } = request.dehydrate();
  const tree = (cache: QueryClient, more?: ReactNode) => (
    <App {...{ clerk, fauna, state, cache }}>
      <Status />
      <Todos />
      {more}
    </App>
  );
  const { cache, rerender } = load(tree);
  const channels = watchChannels();
  await waitFor(() => expect(channels.names()).toHaveLength(1));
  let answer!: () => void;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  clerk.getToken.mockImplementation(async ({ skipCache }) => {
    if (skipCache) await answered;
    return clerk.mint();
  });
  new BroadcastChannel(channels.names()[0]!).postMessage("signed-out");
  await screen.findByText("loading", { selector: "i" });
  expect(screen.getByText("loading", { selector: "p" })).toBeDefined();
  rerender(tree(cache, <Todos />));
  await untilIdle();
  expect(screen.getAllByText("loading", { selector: "p" })).toHaveLength(2);
  expect(fauna.requests).toHaveLength(1);
  answer();
  expect(await screen.findAllByText("ada")).toHaveLength(2);
});

test("a sign-out in another tab while Clerk loads hides what the page's server has read once Clerk says the same", async () => {
  const [{ fauna, request }, clerk] = [await setUp(), createFakeClerk(undefined)];
  await request.prefetch(todos);
  const { state } = request.dehydrate();
  load((cache) => (
    <App {...{ clerk, fauna, state, cache }}>
      <Status />
      <Todos />
    </App>
  ));
  expect(screen.getByText("ada")).toBeDefined();
  const channels = watchChannels();
  await waitFor(() => expect(channels.names()).toHaveLength(1));
  clerk.getToken.mockImplementation(() => new Promise(() => {}));
  new BroadcastChannel(channels.names()[0]!).postMessage("signed-out");
  await untilIdle();
  clerk.become(ada);
  await untilIdle();
  expect(screen.getByText("loading", { selector: "i" })).toBeDefined();
  expect(document.body.textContent).not.toContain("ada");
});

test("the browser's first request sees what the server has seen", async () => {
  const [{ fauna, request }, clerk] = [await setUp(), createFakeClerk(ada)];
  await request.prefetch(todos);
  const { state } = request.dehydrate();
  function Other() {
    return <p>{useFaunaQuery(fql<Page<string>>`Other.all()`).data?.data.join(" ")}</p>;
  }
  load((cache) => (
    <App {...{ clerk, fauna, state, cache }}>
      <Other />
    </App>
  ));
  await fauna.received(2);
  expect(fauna.requests[1]!.headers["x-last-txn-ts"]).toBe("5");
});

test("what is on the screen is replaced by what is newer, and by nothing else", async () => {
  const [{ fauna }, clerk] = [await setUp(), createFakeClerk(ada)];
  const at = async (txn: number): Promise<FaunaHydrationState> => {
    fauna.respond = (asked) => success(asked, { "@set": { data: [`at ${txn}`] } }, txn);
    const request = createFaunaRequest({ endpoint: fauna.url, auth: serverAuth("ada", null) });
    await request.prefetch(todos);
    return request.dehydrate().state;
  };
  const tree = (state: FaunaHydrationState) => (cache: QueryClient) => (
    <App {...{ clerk, fauna, cache, state }}>
      <Todos />
    </App>
  );
  const [first, older, newer] = [await at(5), await at(4), await at(6)];
  const { cache, rerender } = load(tree(first));
  rerender(tree(older)(cache));
  expect(screen.getByText("at 5")).toBeDefined();
  rerender(tree(newer)(cache));
  await screen.findByText("at 6");
  await untilIdle();
  expect(fauna.requests).toHaveLength(3);
});

test("what a live query shows is not replaced by what is older than its last event", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const server = serveLive(fauna);
  const at = async (txn: number): Promise<FaunaHydrationState> => {
    server.answer = ({ path, ...asked }) => {
      if (path !== "/query/1") return undefined;
      const data = { data: { "@set": { data: server.rows } }, source: { "@stream": "source" } };
      return success({ ...asked, path }, data, SNAPSHOT + txn);
    };
    const request = createFaunaRequest({ endpoint: fauna.url, auth: serverAuth("ada", null) });
    await request.prefetchLive(documents);
    return request.dehydrate().state;
  };
  const tree = (state: FaunaHydrationState) => (cache: QueryClient) => (
    <App {...{ clerk, fauna, cache, state }}>
      <Live />
    </App>
  );
  const [first, older] = [await at(0), await at(5)];
  const { cache, rerender } = load(tree(first));
  await screen.findByText("live: one, three");
  send(server.streams[0], event("add", todo(2, "two", 10), 10));
  await screen.findByText("live: one, two, three");
  rerender(tree(older)(cache));
  await untilIdle();
  expect(screen.getByText("live: one, two, three")).toBeDefined();
  expect(server.sent("/query/1")).toHaveLength(2);
});

describe("what is older than one's own write", () => {
  async function start() {
    const [fauna, clerk, cache] = [
      await startFakeFauna(),
      createFakeClerk(ada),
      new QueryClient({ defaultOptions: { queries: { retry: false } } }),
    ];
    const request = createFaunaRequest({ endpoint: fauna.url, auth: serverAuth("ada", null) });
    serveList(fauna, "a");
    await request.prefetch(list);
    const { state } = request.dehydrate();
    let write!: () => Promise<unknown>;
    function Write() {
      const { mutateAsync } = useFaunaMutation(add);
      write = () => act(() => mutateAsync("b"));
      return null;
    }
    function List() {
      return <p>{useFaunaQuery(list, { staleTime: Infinity }).data?.join(" ")}</p>;
    }
    const page = (of: FaunaHydrationState | null) => (
      <>
        <Write />
        {of && (
          <FaunaHydration state={of}>
            <List />
          </FaunaHydration>
        )}
      </>
    );
    const { update } = renderFauna(page(state), { clerk, fauna, queryClient: cache });
    await screen.findByText("a");
    const show = (of: FaunaHydrationState | null) => update(page(of));
    return { fauna, cache, state, write, show };
  }

  test("is shown until the browser has asked again", async () => {
    const { fauna, cache, state, write, show } = await start();
    show(null);
    await write();
    await untilIdle();
    cache.clear();
    const hold = fauna.hold(isRead);
    // A router has kept the page.
    show(state);
    expect(screen.getByText("a")).toBeDefined();
    await hold.reached();
    hold.release();
    await screen.findByText("a b");
  });

  test("is stale, also after a refetch has failed", async () => {
    const { fauna, cache, state, write, show } = await start();
    const { respond } = fauna;
    fauna.respond = (asked, index) =>
      isRead(asked) ? failure(asked, 400, "abort") : respond(asked, index);
    await write();
    const [query] = cache.getQueryCache().getAll();
    await waitFor(() => expect(query!.state.status).toBe("error"));
    const [{ key, answer }] = state.queries as [{ key: string; answer: string }];
    const newer = answer.replace('"txn":100', '"txn":150');
    expect(newer).not.toBe(answer);
    show({ ...state, queries: [{ key, answer: newer }] });
    await waitFor(() => expect(query!.state.status).toBe("success"));
    expect(query!.state.isInvalidated).toBe(true);
  });
});

describe("an answer that is still on its way", () => {
  const showBoth = (state: FaunaHydrationState, options: RenderFaunaOptions) =>
    renderFauna(
      <FaunaHydration state={state}>
        <Todos />
        <Suspense fallback="waiting">
          <Suspending />
        </Suspense>
      </FaunaHydration>,
      options,
    );

  test("is waited for, and nothing is asked", async () => {
    const [{ fauna, request }, clerk] = [await setUp(), createFakeClerk(ada)];
    const hold = fauna.hold();
    void request.prefetch(todos);
    showBoth(request.dehydrate().state, { clerk, fauna });
    expect(screen.getByText("waiting")).toBeDefined();
    await hold.reached();
    hold.release();
    await waitFor(() => expect(screen.getAllByText("ada")).toHaveLength(2));
    await untilIdle();
    expect(fauna.requests).toHaveLength(1);
  });

  test("that fails is asked for by the browser", async () => {
    const [{ fauna, request }, clerk] = [await setUp(), createFakeClerk(ada)];
    const hold = fauna.hold();
    const { respond } = fauna;
    fauna.respond = (asked, index) => (index ? respond(asked, index) : { drop: true });
    void request.prefetch(todos);
    showBoth(request.dehydrate().state, { clerk, fauna });
    await hold.reached();
    hold.release();
    await waitFor(() => expect(screen.getAllByText("ada")).toHaveLength(2));
    expect(fauna.requests).toHaveLength(2);
  });
});

test.each(["alone", "beside one that is not live"])(
  "a live query goes on from there without another snapshot: %s",
  async (place) => {
    const [{ fauna, request }, clerk] = [await setUp(), createFakeClerk(ada)];
    fauna.respond = (asked) =>
      asked.path === "/query/1"
        ? success(asked, { data: { "@set": { data: ["ada"] } }, source: { "@stream": "abc" } }, 5)
        : { status: 503, body: {} };
    await request.prefetchLive(todos);
    const { state } = request.dehydrate();
    function Followed() {
      return <p>{useFaunaLiveQuery(todos).data?.data.join(" ")}</p>;
    }
    load((cache) => (
      <App {...{ clerk, fauna, state, cache }}>
        {place !== "alone" && <Todos />}
        <Followed />
      </App>
    ));
    await fauna.received(2);
    expect(fauna.requests.map(({ path }) => path)).toEqual(["/query/1", "/stream/1"]);
    expect(JSON.parse(fauna.requests[1]!.body)).toMatchObject({ token: "abc" });
  },
);

test("a live query goes on from its page's event source if the layout has read the same without one", async () => {
  const [{ fauna, request }, clerk] = [await setUp(), createFakeClerk(ada)];
  const server = serveLive(fauna);
  await request.prefetch(documents);
  const ofLayout = request.dehydrate().state;
  await request.prefetchLive(documents);
  const ofPage = request.dehydrate().state;
  load((cache) => (
    <App {...{ clerk, fauna, cache }} state={ofLayout}>
      <FaunaHydration state={ofPage}>
        <Live />
      </FaunaHydration>
    </App>
  ));
  await screen.findByText("live: one, three");
  expect(server.sent("/query/1")).toHaveLength(2);
});

test("signed out on the server, the page renders and nothing is sent", async () => {
  const [{ fauna, request }, clerk] = [await setUp(null), createFakeClerk(null)];
  await request.prefetch(todos);
  const { state } = request.dehydrate();
  const { html, complaints } = load((cache) => (
    <App {...{ clerk, fauna, state, cache }}>
      <Todos />
    </App>
  ));
  expect(html).toContain("nothing");
  await untilIdle();
  expect(complaints).toEqual([]);
  expect(fauna.requests).toEqual([]);
});
