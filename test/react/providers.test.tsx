import { QueryClient } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import { type Client, fql } from "fauna";
import {
  FaunaProvider,
  type FaunaProviderProps,
  faunaQueryOptions,
  useFaunaClient,
  useFaunaQuery,
} from "fauna-clerk";
import type { ReactNode } from "react";
import { describe, expect, test, vi } from "vitest";

import { success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { event, Live, send, serveLive, todo } from "../support/fake-live";
import { modes } from "../support/modes";

const whoami = fql<string>`whoami()`;

function Whoami({ id, enabled }: { id: string; enabled?: boolean }) {
  const { data, error } = useFaunaQuery(whoami, { enabled: enabled ?? true });
  return <p data-testid={id}>{error ? String(error) : String(data)}</p>;
}
const shownIn = (id: string) => screen.getByTestId(id).textContent;

/** Providers of one user over one cache. */
async function setUp() {
  const [fauna, clerk, cache] = [await startFakeFauna(), createFakeClerk(ada), new QueryClient()];
  const Provider = (props: Partial<FaunaProviderProps>) => (
    <FaunaProvider endpoint={fauna.url} auth={clerk.useAuth()} queryClient={cache} {...props} />
  );
  /** What is shown below each of two providers. Without it there is no such provider. */
  const two = (a: ReactNode, b: ReactNode) => (
    <>
      {a && <Provider key="a">{a}</Provider>}
      {b && <Provider key="b">{b}</Provider>}
    </>
  );
  return { fauna, clerk, cache, Provider, two };
}

describe.each(modes)("$mode", ({ wrap }) => {
  test("a request of a provider that leaves is made again by another one that waits for it", async () => {
    const { fauna, two } = await setUp();
    const hold = fauna.hold();
    const tree = (both: boolean) => wrap(two(both && <Whoami id="a" />, <Whoami id="b" />));
    const { rerender } = render(tree(true));
    await hold.reached();
    rerender(tree(false));
    await waitFor(() => expect(fauna.requests[0]?.aborted).toBe(true));
    hold.release();
    await waitFor(() => expect(shownIn("b")).toMatch(/^ada/));
  });

  test("a live query goes on when the provider that began it leaves", async () => {
    const { fauna, two } = await setUp();
    const server = serveLive(fauna);
    const tree = (both: boolean) => wrap(two(both && <Live />, <Live />));
    const { rerender, container } = render(tree(true));
    await waitFor(() => expect(container.textContent).toBe("live: one, threelive: one, three"));
    rerender(tree(false));
    await waitFor(() => expect(server.sent("/stream/1")[0]?.aborted).toBe(true));
    await waitFor(() => expect(server.streams).toHaveLength(2));
    send(server.streams[1], event("add", todo(2, "two"), 5));
    await waitFor(() => expect(container.textContent).toBe("live: one, two, three"));
  });

  test("a live query that a second provider shows, too, has one stream", async () => {
    const { fauna, two } = await setUp();
    const server = serveLive(fauna);
    const tree = (both: boolean) => wrap(two(<Live />, both && <Live />));
    const { rerender, container } = render(tree(false));
    await screen.findByText("live: one, three");
    rerender(tree(true));
    await waitFor(() => expect(container.textContent).toBe("live: one, threelive: one, three"));
    rerender(tree(false));
    send(server.streams[0], event("add", todo(2, "two"), 5));
    await waitFor(() => expect(container.textContent).toBe("live: one, two, three"));
    expect(server.streams).toHaveLength(1);
  });

  test("what another provider shows stays when one leaves, also if it is disabled", async () => {
    const { two } = await setUp();
    const tree = (both: boolean) =>
      wrap(two(both && <Whoami id="a" />, <Whoami id="b" enabled={false} />));
    const { rerender } = render(tree(true));
    await waitFor(() => expect(shownIn("b")).toMatch(/^ada/));
    rerender(tree(false));
    await Promise.resolve();
    rerender(tree(false));
    expect(shownIn("b")).toMatch(/^ada/);
  });

  test("a provider of another template does not end what this one fetches", async () => {
    const { fauna, cache, Provider } = await setUp();
    let client!: Client;
    function Give() {
      client = useFaunaClient();
      return null;
    }
    const tree = (both: boolean) =>
      wrap(
        <>
          <Provider key="a">
            <Give />
          </Provider>
          {both && <Provider key="b" template="admin" />}
        </>,
      );
    const { rerender } = render(tree(false));
    const hold = fauna.hold();
    const fetched = cache.fetchQuery(faunaQueryOptions({ client }, whoami));
    await hold.reached();
    rerender(tree(true));
    hold.release();
    await expect(fetched).resolves.toMatch(/^ada/);
  });
});

test("providers whose clients read longs differently do not share answers", async () => {
  const { fauna, Provider } = await setUp();
  fauna.respond = (request) => success(request, { "@long": "42" });
  function Show({ id }: { id: string }) {
    return <p data-testid={id}>{typeof useFaunaQuery(whoami).data}</p>;
  }
  render(
    <>
      <Provider>
        <Show id="a" />
      </Provider>
      <Provider client={{ long_type: "bigint" }}>
        <Show id="b" />
      </Provider>
    </>,
  );
  await waitFor(() => expect([shownIn("a"), shownIn("b")]).toEqual(["number", "bigint"]));
});

test("providers of one endpoint with different settings are warned of once", async () => {
  const { Provider } = await setUp();
  const warn = vi.mocked(console.warn);
  render(
    <>
      <Provider />
      <Provider tokenTimeout={1} />
      <Provider live={{ transport: "feed" }} />
    </>,
  );
  await waitFor(() => expect(warn).toHaveBeenCalled());
  expect(warn.mock.calls).toEqual([[expect.stringContaining("client, live or tokenTimeout")]]);
  warn.mockClear();
});

test("another endpoint while Clerk is changing sessions is asked once Clerk has", async () => {
  const { clerk, Provider } = await setUp();
  const other = await startFakeFauna();
  const tree = (endpoint?: string) => (
    <Provider {...(endpoint && { endpoint })}>
      <Whoami id="a" />
    </Provider>
  );
  const { rerender } = render(tree());
  await waitFor(() => expect(shownIn("a")).toMatch(/^ada/));
  clerk.unload();
  rerender(tree(other.url));
  expect(other.requests).toEqual([]);
  clerk.load();
  await waitFor(() => expect(shownIn("a")).toMatch(/^ada/));
  expect(other.requests).toHaveLength(1);
});
