import { QueryClient } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import { fql } from "fauna";
import {
  FaunaProvider,
  type GetToken,
  useFaunaAuth,
  useFaunaMutation,
  useFaunaQuery,
  useFaunaSuspenseQuery,
} from "fauna-clerk";
import { Suspense } from "react";
import { describe, expect, test } from "vitest";

import { drivers } from "../support/drivers";
import { startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { Owner } from "../support/owner";
import { makeToken } from "../support/token";
import { variants } from "../support/variants";

function Status() {
  const { status, userId, sessionId, orgId } = useFaunaAuth();
  return <p data-testid="status">{[status, userId, sessionId, orgId].map(String).join(" ")}</p>;
}

const status = () => screen.getByTestId("status").textContent;

describe.each(variants)("$driver $mode", ({ wrap, query }) => {
  async function setUp() {
    const fauna = await startFakeFauna();
    const tree = (userId?: string | null) =>
      wrap(
        <FaunaProvider
          endpoint={fauna.url}
          getToken={async () => makeToken({ sub: userId ?? "somebody" })}
          userId={userId}
          drivers={drivers}
        >
          <Owner query={query()} />
          <Status />
        </FaunaProvider>,
      );
    return { fauna, tree };
  }

  test("getToken alone is loading until the first token says who is signed in", async () => {
    const { tree } = await setUp();
    render(tree());
    expect(status()).toBe("loading null null null");
    await screen.findByText("somebody - - -");
    expect(status()).toBe("signed-in somebody null null");
  });

  test("getToken with userId is signed in as that user, and a new userId is a switch of user", async () => {
    const { tree } = await setUp();
    const { rerender } = render(tree("ada"));
    await screen.findByText("ada - - -");
    rerender(tree("bob"));
    await screen.findByText("bob - - -");
    expect(status()).toBe("signed-in bob null null");
  });

  test("userId null is signed out", async () => {
    const { fauna, tree } = await setUp();
    render(tree(null));
    await screen.findByText("nothing");
    expect(status()).toBe("signed-out null null null");
    expect(fauna.requests).toEqual([]);
  });
});

/** Shows who asks, below a provider that knows only its token getter. */
function Anybody({ id, endpoint, getToken, cache }: AnybodyProps) {
  return (
    <FaunaProvider endpoint={endpoint} getToken={getToken} queryClient={cache}>
      <Whoami id={id} />
    </FaunaProvider>
  );
}
interface AnybodyProps {
  readonly id: string;
  readonly endpoint: string;
  readonly getToken: GetToken;
  readonly cache: QueryClient;
}

function Whoami({ id }: { id: string }) {
  const { data, error, loading, refetch } = useFaunaQuery(whoami, { retry: false });
  const { userId } = useFaunaAuth();
  const shown = loading ? "loading" : error ? (error as { code?: string }).code : data;
  return (
    <button data-testid={id} onClick={() => void refetch()}>
      {`${userId}: ${shown}`}
    </button>
  );
}
const whoami = fql<string>`whoami()`;
const shownIn = (id: string) => screen.getByTestId(id).textContent;
const tokenOf = (sub?: string) => async () => makeToken({ sub });

describe("without a userId the tokens say who it is:", () => {
  test("two providers with tokens of two users share nothing", async () => {
    const [fauna, cache] = [await startFakeFauna(), new QueryClient()];
    render(
      <>
        <Anybody id="a" endpoint={fauna.url} getToken={tokenOf("ada")} cache={cache} />
        <Anybody id="b" endpoint={fauna.url} getToken={tokenOf("bob")} cache={cache} />
      </>,
    );
    await waitFor(() => expect(shownIn("a")).toMatch(/^ada: ada/));
    await waitFor(() => expect(shownIn("b")).toMatch(/^bob: bob/));
    expect(fauna.requests).toHaveLength(2);
  });

  test("two providers with the same user's tokens share their queries", async () => {
    const [fauna, cache] = [await startFakeFauna(), new QueryClient()];
    render(
      <>
        <Anybody id="a" endpoint={fauna.url} getToken={tokenOf("ada")} cache={cache} />
        <Anybody id="b" endpoint={fauna.url} getToken={tokenOf("ada")} cache={cache} />
      </>,
    );
    await waitFor(() => expect([shownIn("a"), shownIn("b")].join()).toMatch(/^ada: ada.*ada: ada/));
    expect(fauna.requests).toHaveLength(1);
  });

  test.each([
    ["tokens without a user", tokenOf()],
    ["secrets of keys", async () => "fnSecret"],
  ])("two providers with %s share nothing", async (_, getToken) => {
    const [fauna, cache] = [await startFakeFauna(), new QueryClient()];
    render(
      <>
        <Anybody id="a" endpoint={fauna.url} getToken={getToken} cache={cache} />
        <Anybody id="b" endpoint={fauna.url} getToken={getToken} cache={cache} />
      </>,
    );
    await waitFor(() => expect(fauna.requests).toHaveLength(2));
    const [one, other] = cache.getQueryCache().getAll();
    expect(one?.queryHash).not.toContain("fnSecret");
    expect(one?.queryHash).not.toBe(other?.queryHash);
  });

  test("a token of another user ends the identity, and its data leaves the cache", async () => {
    const [fauna, cache] = [await startFakeFauna(), new QueryClient()];
    let user = "ada";
    const getToken = async () => makeToken({ sub: user });
    render(<Anybody id="a" endpoint={fauna.url} getToken={getToken} cache={cache} />);
    await waitFor(() => expect(shownIn("a")).toMatch(/^ada: ada/));
    user = "bob";
    screen.getByTestId("a").click();
    await waitFor(() => expect(shownIn("a")).toMatch(/^bob: bob/));
    expect(JSON.stringify(cache.getQueriesData({}))).not.toContain("ada");
    expect(fauna.requests.map(({ claims }) => claims["sub"])).toEqual(["ada", "bob"]);
  });

  test("a component below the provider may suspend until then", async () => {
    const fauna = await startFakeFauna();
    const getToken = tokenOf("ada");
    function Suspending() {
      return <p>{useFaunaSuspenseQuery(whoami).data}</p>;
    }
    render(
      <Suspense fallback="waiting">
        <FaunaProvider endpoint={fauna.url} getToken={getToken}>
          <Suspending />
        </FaunaProvider>
      </Suspense>,
    );
    await screen.findByText(/^ada/);
    expect(fauna.requests).toHaveLength(1);
  });

  test("a first token that fails is an error of the queries, and a later one says who it is", async () => {
    const [fauna, cache] = [await startFakeFauna(), new QueryClient()];
    let fails = true;
    const getToken = async () => {
      if (fails) throw Object.assign(new Error("Not found"), { status: 404 });
      return makeToken({ sub: "ada" });
    };
    render(<Anybody id="a" endpoint={fauna.url} getToken={getToken} cache={cache} />);
    await waitFor(() => expect(shownIn("a")).toBe("null: template_not_found"));
    fails = false;
    screen.getByTestId("a").click();
    await waitFor(() => expect(shownIn("a")).toMatch(/^ada: ada/));
    expect(fauna.requests).toHaveLength(1);
  });

  test("a getter that takes Clerk's place while that loads is asked", async () => {
    const fauna = await startFakeFauna();
    const getToken = async () => makeToken({ sub: "ada" });
    const tree = (source: object) => (
      <FaunaProvider endpoint={fauna.url} {...source}>
        <Status />
      </FaunaProvider>
    );
    const { rerender } = render(tree({ auth: { isLoaded: false, getToken } }));
    expect(status()).toMatch(/^loading/);
    rerender(tree({ getToken }));
    await waitFor(() => expect(status()).toMatch(/^signed-in ada/));
  });

  test("what was written before a token says who it is stays shown", async () => {
    const [fauna, cache] = [await startFakeFauna(), new QueryClient()];
    let fails = true;
    const getToken = async () => {
      if (fails) throw Object.assign(new Error("Not found"), { status: 404 });
      return makeToken({ sub: "ada" });
    };
    function Save() {
      const { status, userId } = useFaunaAuth();
      const { mutate, data, error } = useFaunaMutation(() => fql<string>`save()`);
      const code = error && "code" in error ? String(error.code) : "";
      return <button onClick={() => mutate()}>{`${status} ${userId}: ${code || data}`}</button>;
    }
    render(
      <FaunaProvider endpoint={fauna.url} getToken={getToken} queryClient={cache}>
        <Save />
      </FaunaProvider>,
    );
    await screen.findByText("signed-in null: undefined");
    fails = false;
    screen.getByRole("button").click();
    await screen.findByText(/^signed-in ada: ada/);
    await untilIdle();
    expect(screen.getByRole("button").textContent).toMatch(/^signed-in ada: ada/);
  });
});
