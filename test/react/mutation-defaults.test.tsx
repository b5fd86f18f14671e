import { QueryClient, useIsMutating, useMutationState } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import { faunaMutationOptions, useFaunaAuth, useFaunaClient } from "fauna-clerk";
import type { ReactNode } from "react";
import { describe, expect, test, vi } from "vitest";

import { failure } from "../support/fake-answers";
import { ada, bob, createFakeClerk } from "../support/fake-clerk";
import { startFakeFauna } from "../support/fake-fauna";
import { add, isWrite, serveList } from "../support/list-server";
import { type RenderedFauna, renderFauna } from "../support/render-fauna";
import { List, optimistic, type Write, type WriteOptions, Writer } from "../support/writer";

const mutationKey = ["addTodo"];

async function setUp(options?: WriteOptions) {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  const server = serveList(fauna, "first");
  const queryClient = new QueryClient();
  const statuses: string[] = [];
  let write!: Write;
  const see = (given: Write): void => {
    write = given;
    statuses.push(given.status);
  };
  const children = (...more: ReactNode[]): ReactNode => [
    <List key="list" />,
    <Writer key="writer" to={see} {...(options && { options })} />,
    ...more,
  ];
  const show = async (...more: ReactNode[]): Promise<RenderedFauna> => {
    const app = renderFauna(children(...more), { clerk, fauna, queryClient });
    await screen.findByText("first");
    return app;
  };
  return { fauna, clerk, server, queryClient, children, show, statuses, write: () => write };
}

describe.each<[string, readonly string[], WriteOptions | undefined]>([
  ["fauna", ["fauna"], undefined],
  ["fauna, for a write with a key of the app's", ["fauna"], { mutationKey }],
  ["the app's own key", mutationKey, { mutationKey }],
])("setMutationDefaults of %s", (_name, key, options) => {
  test("onMutate, onSuccess and onSettled are called", async () => {
    const { queryClient, show, write } = await setUp(options);
    const told: unknown[] = [];
    queryClient.setMutationDefaults(key, {
      onMutate: (variables) => ({ asked: variables }),
      onSuccess: (...args) => void told.push(args.slice(0, 3)),
      onSettled: (...args) => void told.push(args.slice(0, 4)),
    });
    await show();
    await write().mutateAsync("x");
    const asked = { asked: "x" };
    expect(told).toEqual([
      ["x", "x", asked],
      ["x", null, "x", asked],
    ]);
  });

  test("onError is called, and retry decides", async () => {
    const { fauna, server, queryClient, show, write } = await setUp(options);
    server.fault = (request) => failure(request, 429, "limit_exceeded");
    const onError = vi.fn();
    queryClient.setMutationDefaults(key, { onError, retry: 1, retryDelay: 0 });
    await show();
    await expect(write().mutateAsync("x")).rejects.toThrow();
    expect(onError).toHaveBeenCalledOnce();
    expect(fauna.requests.filter(isWrite)).toHaveLength(2);
  });

  test("the write's own options come first", async () => {
    const own = vi.fn();
    const { queryClient, show, write } = await setUp({ ...options, onSuccess: own });
    const onSuccess = vi.fn();
    queryClient.setMutationDefaults(key, { onSuccess });
    await show();
    await write().mutateAsync("x");
    expect(own).toHaveBeenCalledOnce();
    expect(onSuccess).not.toHaveBeenCalled();
  });
});

test("defaults that faunaMutationOptions has made show the write once, and call back once", async () => {
  const { fauna, queryClient, children, show, write } = await setUp({ mutationKey });
  const hold = fauna.hold(isWrite);
  const onSuccess = vi.fn();
  function Defaults() {
    const scope = { client: useFaunaClient(), auth: useFaunaAuth() };
    const options = faunaMutationOptions(scope, add, { mutationKey, optimistic, onSuccess });
    queryClient.setMutationDefaults(mutationKey, options as object);
    return null;
  }
  const app = await show(<Defaults key="defaults" />);
  app.update(children());
  const answer = write().mutateAsync("second");
  await hold.reached();
  await screen.findByText("first, second");
  hold.release();
  await answer;
  expect(onSuccess).toHaveBeenCalledOnce();
});

/** What TanStack tells of the writes with the app's key. */
function Busy() {
  const count = useIsMutating({ mutationKey, exact: true });
  const variables = useMutationState({
    filters: { mutationKey },
    select: ({ state }) => state.variables,
  });
  return <p data-testid="busy">{[count, ...variables].join(" ")}</p>;
}

test("TanStack's filters find a write by the key that the app gave it, for its user alone", async () => {
  const { fauna, clerk, queryClient, show, write } = await setUp({ mutationKey });
  const hold = fauna.hold(isWrite);
  await show(<Busy key="busy" />);
  const busy = () => screen.getByTestId("busy").textContent;
  const answer = write().mutateAsync("x");
  await hold.reached();
  await waitFor(() => expect(busy()).toBe("1 x"));
  expect(queryClient.isMutating({ mutationKey })).toBe(1);
  hold.release();
  await answer;
  await waitFor(() => expect(busy()).toBe("0 x"));
  clerk.become(bob);
  await screen.findByText("idle");
  expect(busy()).toBe("0");
});

test("a component's first write renders it for each status once", async () => {
  const { fauna, show, statuses, write } = await setUp();
  await show();
  statuses.length = 0;
  const held = fauna.hold(isWrite);
  write().mutate("x");
  await screen.findByText(/^pending x/);
  held.release();
  await screen.findByText("success x x");
  expect(statuses).toEqual(["pending", "success"]);
});
