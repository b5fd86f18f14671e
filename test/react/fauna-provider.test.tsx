import { QueryClient, useQueryClient } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import { fql } from "fauna";
import { FaunaProvider } from "fauna-clerk";
import { renderToString } from "react-dom/server";
import { describe, expect, test } from "vitest";

import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { onServer } from "../support/on-server";
import { Owner } from "../support/owner";
import { renderFauna } from "../support/render-fauna";
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

describe("providers without a cache of the app's", () => {
  const cacheOf = (show: (tree: React.ReactNode) => unknown): QueryClient => {
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
