// What happens while no tokens can be had: Clerk is out of reach, hangs, or does not load.
import { act, fireEvent, render, screen } from "@testing-library/react";
import { fql } from "fauna";
import {
  FaunaProvider,
  useFaunaInfiniteQuery,
  useFaunaQuery,
  useFaunaSuspenseQuery,
} from "fauna-clerk";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { Boundary } from "../support/boundary";
import { expectCaughtErrors } from "../support/caught-errors";
import { success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { Live, serveLive } from "../support/fake-live";
import { hurry } from "../support/hurry";
import { renderFauna } from "../support/render-fauna";

const TIMEOUT = 500;
const shows = (text: string): Promise<HTMLElement> => screen.findByText(text);

function Plain() {
  const { data, error, loading } = useFaunaQuery(fql<string>`"plain"`);
  return <p>{`plain: ${loading ? "loading" : (error?.message ?? data)}`}</p>;
}

function List() {
  const { items, error, isPending } = useFaunaInfiniteQuery(fql`Todo.all().pageSize(9)`);
  return <p>{`list: ${isPending ? "pending" : (error?.message ?? items.length)}`}</p>;
}

async function setUp(who?: typeof ada, children = <Live />) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(who)];
  const server = serveLive(fauna);
  server.answer = (request) =>
    request.body.includes("plain") ? success(request, "data") : undefined;
  hurry();
  const start = () => renderFauna(children, { clerk, fauna, tokenTimeout: TIMEOUT });
  return { fauna, clerk, server, start };
}

const kinds: readonly [string, () => Promise<never>][] = [
  ["hangs", () => new Promise(() => {})],
  ["cannot be reached", () => Promise.reject(new TypeError("Failed to fetch"))],
  ["is down", () => Promise.reject(Object.assign(new Error("down"), { status: 503 }))],
  [
    "has no network",
    () => Promise.reject(Object.assign(new Error("ClerkJS"), { code: "network_error" })),
  ],
];

describe.each(kinds)("while whoever gives tokens %s", (_how, broken) => {
  test("a read is tried again, and a live query goes on trying", async () => {
    const { clerk, start } = await setUp(ada, <>{[<Live key="live" />, <Plain key="plain" />]}</>);
    const works = clerk.getToken.getMockImplementation()!;
    let calls = 0;
    clerk.getToken.mockImplementation((options) => (++calls > 4 ? works(options) : broken()));
    start();
    await shows("plain: data");
    await shows("live: one, three");
  });

  test("a live query that cannot start says why, and starts when it can", async () => {
    const { clerk, start } = await setUp(ada);
    const works = clerk.getToken.getMockImplementation()!;
    let calls = 0;
    clerk.getToken.mockImplementation((options) => (++calls > 12 ? works(options) : broken()));
    start();
    await screen.findByText(/^connecting: .*\[token_(failed|timeout)\]$/);
    await shows("live: one, three");
  });
});

test("another failure of a getToken is not repeated by a read", async () => {
  const { clerk, start } = await setUp(ada, <Plain />);
  clerk.getToken.mockRejectedValue(new Error("No such thing."));
  start();
  await screen.findByText(/token_failed/);
  expect(clerk.getToken).toHaveBeenCalledOnce();
});

test("if Clerk does not load, reads say so in time, and go on when it loads later", async () => {
  const { clerk, fauna, start } = await setUp(
    undefined,
    <>{[<Live key="live" />, <Plain key="plain" />, <List key="list" />]}</>,
  );
  start();
  await shows("plain: loading");
  await screen.findByText(/^plain: .*\[token_timeout\]$/);
  await screen.findByText(/^list: .*\[token_timeout\]$/);
  await screen.findByText(/^connecting: .*\[token_timeout\]$/);
  expect(fauna.requests).toEqual([]);
  clerk.become(ada);
  await shows("plain: data");
  await shows("list: 2");
  await shows("live: one, three");
});

test("a list says so as soon as a plain query does", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk()];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const both = <>{[<Plain key="plain" />, <List key="list" />]}</>;
  renderFauna(both, { clerk, fauna, tokenTimeout: TIMEOUT });
  for (let ms = 0; !screen.queryByText(/^plain: .*token_timeout/); ms++) {
    if (ms > 2 * TIMEOUT) throw new Error("The plain query does not say so.");
    await act(() => vi.advanceTimersByTimeAsync(1));
  }
  await act(() => vi.advanceTimersByTimeAsync(1));
  screen.getByText(/^list: .*token_timeout/);
});

function Suspending() {
  const { data } = useFaunaSuspenseQuery(fql<string>`"plain"`);
  return <p>{`suspending: ${data}`}</p>;
}

test.each(["above", "below"])(
  "if Clerk does not load, what suspends %s the provider says so, and goes on when it loads later",
  async (where) => {
    expectCaughtErrors();
    const { fauna, clerk } = await setUp();
    const isAbove = where === "above";
    function App() {
      const inside = isAbove ? <Suspending /> : <Boundary>{<Suspending />}</Boundary>;
      return (
        <FaunaProvider auth={clerk.useAuth()} endpoint={fauna.url} tokenTimeout={TIMEOUT}>
          {inside}
        </FaunaProvider>
      );
    }
    render(isAbove ? <Boundary>{<App />}</Boundary> : <App />);
    expect(screen.getByTestId("fallback")).toBeDefined();
    const button = await screen.findByText("token_timeout");
    expect(fauna.requests).toEqual([]);
    act(() => clerk.become(ada));
    fireEvent.click(button);
    await shows("suspending: data");
  },
);
