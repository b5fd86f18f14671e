import { QueryClient } from "@tanstack/react-query";
import { act, cleanup, screen, waitFor } from "@testing-library/react";
import { useFaunaMutation, type UseFaunaMutationOptions, useFaunaQuery } from "fauna-clerk";
import { createFaunaPersister } from "fauna-clerk/serializer";
import { expect, test, vi } from "vitest";

import { failure } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import { untilIdle } from "../support/idle";
import { add, isRead, isWrite, list, serveList } from "../support/list-server";
import { copyOf, createStorage, textIn } from "../support/persisted";
import { renderFauna } from "../support/render-fauna";

function Titles() {
  return <p>{useFaunaQuery(list).data?.join(" ") ?? "loading"}</p>;
}

function Write({ options }: { options?: UseFaunaMutationOptions<string, string> }) {
  const { mutate } = useFaunaMutation(add, options);
  return <button onClick={() => mutate("b")}>write</button>;
}

const write = (): void => act(() => screen.getByText("write").click());

/** One visit of Ada's browser: everything is new but the storage. */
function visit(children: React.ReactNode, fauna: FakeFauna, storage: Storage) {
  const persister = createFaunaPersister({ storage });
  const queryClient = new QueryClient({
    defaultOptions: { queries: { persister, staleTime: Infinity } },
  });
  const clerk = createFakeClerk(ada);
  return { clerk, ...renderFauna(children, { clerk, fauna, queryClient }) };
}

/** Ada's second visit, after one with a list and a write. */
async function visitAgain({ txn, isShown = false }: { txn?: number; isShown?: boolean } = {}) {
  const [fauna, storage] = [await startFakeFauna(), createStorage()];
  serveList(fauna, "a");
  const { respond } = fauna;
  fauna.respond = async (request, index) => {
    const answer = (await respond(request, index)) as { body: object };
    return isWrite(request) && txn !== undefined
      ? { body: { ...answer.body, txn_ts: txn } }
      : answer;
  };
  const both = [<Titles key="titles" />, <Write key="write" />];
  const { update } = visit(both, fauna, storage);
  await screen.findByText("a");
  await waitFor(() => expect(storage.length).toBe(1));
  if (!isShown) update(both[1]);
  write();
  await waitFor(() => expect(storage.length).toBe(2));
  if (isShown) await waitFor(() => expect(textIn(storage)).toContain('["a","b"]'));
  const left = copyOf(storage);
  cleanup();
  const asked = fauna.requests.length;
  const hold = fauna.hold(isRead);
  return { fauna, asked, hold, storage: left, ...visit(<Titles />, fauna, left) };
}

test.each<[when: string, txn?: number]>([["a known time"], ["an unknown time", 0]])(
  "what was stored before one's own write of %s is stale on the next visit",
  async (_when, txn) => {
    const { hold } = await visitAgain({ ...(txn !== undefined && { txn }) });
    await screen.findByText("a");
    await hold.reached();
    hold.release();
    await screen.findByText("a b");
  },
);

test("what was stored after one's own write is fresh on the next visit", async () => {
  const { fauna, asked } = await visitAgain({ isShown: true });
  await screen.findByText("a b");
  await untilIdle();
  expect(fauna.requests).toHaveLength(asked);
});

test("a sign-out leaves nothing of writes in the storage", async () => {
  const { clerk, hold, storage } = await visitAgain();
  await hold.reached();
  expect(storage.length).toBe(2);
  clerk.become(null);
  await waitFor(() => expect(storage.length).toBe(0));
});

test("what a write only shows is not stored", async () => {
  const [fauna, storage] = [await startFakeFauna(), createStorage()];
  const server = serveList(fauna, "a");
  server.fault = (request) => failure(request, 429, "limit_exceeded");
  const options: UseFaunaMutationOptions<string, string> = {
    optimistic: (shown, title) => shown.update(list, (titles) => [...titles, title]),
    retryDelay: 1_000_000,
  };
  const both = [<Titles key="titles" />, <Write key="write" options={options} />];
  const { cache } = visit(both, fauna, storage);
  await screen.findByText("a");
  await waitFor(() => expect(storage.length).toBe(1));
  const setItem = vi.spyOn(storage, "setItem");
  write();
  await screen.findByText("a b");
  // The query is refetched between two attempts of the write.
  await fauna.received(2);
  await untilIdle();
  await act(() => cache.refetchQueries());
  await waitFor(() => expect(setItem).toHaveBeenCalledOnce());
  expect(screen.getByText("a b")).toBeDefined();
  expect(textIn(storage)).toContain('["a"]');
});
