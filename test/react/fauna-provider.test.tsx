import { QueryClient, useQueryClient } from "@tanstack/react-query";
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { fql } from "fauna";
import {
  FaunaProvider,
  type FaunaProviderProps,
  useFaunaAuth,
  useFaunaClaims,
  useFaunaSuspenseQuery,
} from "fauna-clerk";
import type { ReactNode } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, test } from "vitest";

import { doubtsOf, sessionOf } from "../../src/auth/doubts";
import { createIdentity } from "../../src/auth/identity";
import { createClerkProvider } from "../../src/react/fauna-provider";
import { Boundary } from "../support/boundary";
import { expectCaughtErrors } from "../support/caught-errors";
import { success } from "../support/fake-answers";
import { ada, createFakeClerk, type Who } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { hurry } from "../support/hurry";
import { onServer } from "../support/on-server";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
import { holdTimeLimits } from "../support/time-limit";
import { makeToken } from "../support/token";
import { ownerOf } from "../support/watcher";

const query = fql<string>`whoami()`;
const getToken = async () => makeToken({ sub: "ada" });

describe("another endpoint", () => {
  test("is the provider's, too: what was read from it leaves the cache when the provider does", async () => {
    const [fauna, other] = [await startFakeFauna(), await startFakeFauna()];
    const [clerk, queryClient] = [createFakeClerk(ada), new QueryClient()];
    const owner = <Owner query={query} />;
    const app = renderFauna(owner, { clerk, fauna, queryClient });
    await screen.findByText(ownerOf(ada));
    app.update(owner, { endpoint: other.url });
    await waitFor(() => expect(other.requests).toHaveLength(1));
    await screen.findByText(ownerOf(ada));
    app.unmount();
    await waitFor(() => expect(queryClient.getQueriesData({})).toEqual([]));
  });

  test("is asked as the user whom the tokens name", async () => {
    const [fauna, other] = [await startFakeFauna(), await startFakeFauna()];
    const tree = (endpoint: string) => (
      <FaunaProvider endpoint={endpoint} getToken={getToken}>
        <Owner query={query} />
      </FaunaProvider>
    );
    const { rerender } = render(tree(fauna.url));
    await screen.findByText(/^ada/);
    rerender(tree(other.url));
    await waitFor(() => expect(other.requests).toHaveLength(1));
    await screen.findByText(/^ada/);
    expect(other.requests[0]?.claims).toMatchObject({ sub: "ada" });
  });
});

test("the provider of an SDK asks that, unless it is told who gives the tokens", async () => {
  const fauna = await startFakeFauna();
  const { useAuth } = createFakeClerk(ada);
  const Provider = createClerkProvider(useAuth);
  const show = (props: Partial<FaunaProviderProps>) => {
    const { unmount } = render(
      <Provider endpoint={fauna.url} {...props}>
        <Who />
      </Provider>,
    );
    const { textContent } = screen.getByRole("status");
    unmount();
    return textContent;
  };
  function Who() {
    return <p role="status">{useFaunaAuth().userId}</p>;
  }
  expect(show({})).toBe("ada");
  expect(show({ getToken, userId: "bob" })).toBe("bob");
  expect(show({ auth: createFakeClerk({ userId: "eve" }).auth })).toBe("eve");
});

test("useFaunaClaims asks for what Fauna knows of the token", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  fauna.respond = (request) => success(request, { sub: "ada" });
  function Claims() {
    return <p>{useFaunaClaims().data?.sub}</p>;
  }
  renderFauna(<Claims />, { clerk, fauna });
  await screen.findByText("ada");
  expect(fauna.requests.map(({ body }) => body)).toEqual([
    expect.stringContaining("Query.token()"),
  ]);
});

test("if Clerk does not load in time, a component that suspends outside the provider's boundary fails, and goes on later", async () => {
  expectCaughtErrors();
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk()];
  hurry();
  function Suspending() {
    return <p>{useFaunaSuspenseQuery(query).data}</p>;
  }
  function App() {
    return (
      <FaunaProvider endpoint={fauna.url} auth={clerk.useAuth()} tokenTimeout={1000}>
        <Suspending />
      </FaunaProvider>
    );
  }
  const app = (
    <Boundary>
      <App />
    </Boundary>
  );
  render(app);
  expect((await screen.findByTestId("error")).textContent).toBe("token_timeout");
  clerk.become(ada);
  fireEvent.click(screen.getByTestId("error"));
  await screen.findByText(ownerOf(ada));
});

describe("when another tab says that the session has ended", () => {
  async function setUp(children: ReactNode, who?: Who) {
    const [fauna, clerk, limit] = [await startFakeFauna(), createFakeClerk(who), holdTimeLimits()];
    const { cache } = renderFauna(<Boundary>{children}</Boundary>, { clerk, fauna });
    const { sessions, listeners } = doubtsOf(cache);
    const doubt = (isDoubted: boolean): void => {
      const session = sessionOf(createIdentity("signed-in", "fauna", ada));
      if (isDoubted) sessions.add(session);
      else sessions.delete(session);
      act(() => listeners.forEach((listener) => listener()));
    };
    return { clerk, limit, doubt };
  }

  test("the issuer has the whole limit of time to deny that, also if Clerk was late before", async () => {
    expectCaughtErrors();
    function Suspending() {
      return <p data-testid="owner">{useFaunaSuspenseQuery(query).data}</p>;
    }
    const { clerk, limit, doubt } = await setUp(<Suspending />);
    limit.end();
    await screen.findByText("token_timeout");
    clerk.become(ada);
    fireEvent.click(screen.getByTestId("error"));
    await screen.findByText(ownerOf(ada));
    limit.end();
    doubt(true);
    expect(screen.getByTestId("fallback")).toBeDefined();
    doubt(false);
    await screen.findByText(ownerOf(ada));
  });

  test("queries say so if it does not deny that in time", async () => {
    const { limit, doubt } = await setUp(<Owner query={query} />, ada);
    await screen.findByText(ownerOf(ada));
    doubt(true);
    await screen.findByText("loading");
    limit.end();
    await screen.findByText("token_timeout");
    doubt(false);
    await screen.findByText(ownerOf(ada));
  });
});

describe("providers without a cache of the app's", () => {
  const cacheOf = (show: (tree: ReactNode) => unknown): QueryClient => {
    let cache!: QueryClient;
    function Look() {
      cache = useQueryClient();
      return null;
    }
    show(
      <FaunaProvider endpoint="https://fauna.test" getToken={getToken} userId="ada">
        <Look />
      </FaunaProvider>,
    );
    return cache;
  };

  test("share one on a page", () => {
    expect(cacheOf(render)).toBe(cacheOf(render));
  });

  test("share none on a server, where each may be another user's", async () => {
    const [one, other] = await onServer(() => [cacheOf(renderToString), cacheOf(renderToString)]);
    expect(one).toBeInstanceOf(QueryClient);
    expect(one).not.toBe(other);
  });
});
