import { QueryClient } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import { type Document, fql, type Page, TimeStub } from "fauna";
import { FaunaProvider, useFaunaInfiniteQuery, useFaunaQuery } from "fauna-clerk";
import {
  createFaunaPersister,
  type FaunaPersisterOptions,
  type FaunaPersisterStorage,
  faunaSerializer,
} from "fauna-clerk/serializer";
import { describe, expect, test, vi } from "vitest";

import { drivers, testedDrivers } from "../support/drivers";
import { success } from "../support/fake-answers";
import { ada, bob, createFakeClerk, type FakeClerk } from "../support/fake-clerk";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import { Owner } from "../support/owner";
import { createStorage, textIn } from "../support/persisted";
import { ownerOf } from "../support/watcher";

interface Visit extends FaunaPersisterOptions {
  clerk: FakeClerk;
  fauna: FakeFauna;
  staleTime?: number;
}

/** One visit of a browser: everything is new but the storage. */
function visit(
  children: React.ReactNode,
  { clerk, fauna, staleTime = Infinity, ...options }: Visit,
) {
  const persister = createFaunaPersister(options);
  const client = new QueryClient({ defaultOptions: { queries: { persister, staleTime } } });
  function App() {
    return (
      <FaunaProvider
        auth={clerk.useAuth()}
        endpoint={fauna.url}
        drivers={drivers}
        queryClient={client}
      >
        {children}
      </FaunaProvider>
    );
  }
  return { client, ...render(<App />) };
}

/** A storage with Ada's data, as her closed tab has left it. */
async function leftByAda(children: React.ReactNode, more: Partial<Visit> = {}) {
  const [storage, fauna] = [createStorage(), more.fauna ?? (await startFakeFauna())];
  visit(children, { storage, fauna, clerk: createFakeClerk(ada), ...more });
  await waitFor(() => expect(storage.length).toBe(1));
  const kept = createStorage([[storage.key(0) ?? "", storage.getItem(storage.key(0) ?? "") ?? ""]]);
  cleanup();
  return { storage: kept, fauna };
}

/** As React Native's: asynchronous, and lists its keys. */
function createAsyncStorage(): FaunaPersisterStorage & { readonly items: Map<string, string> } {
  const items = new Map<string, string>();
  return {
    items,
    getItem: async (key) => items.get(key) ?? null,
    setItem: async (key, text) => void items.set(key, text),
    removeItem: async (key) => void items.delete(key),
    getAllKeys: async () => [...items.keys()],
  };
}

describe.each(testedDrivers)("$driver", ({ query }) => {
  test("the same user sees stored data without a request", async () => {
    const { storage, fauna } = await leftByAda(<Owner query={query()} />);
    visit(<Owner query={query()} />, { storage, fauna, clerk: createFakeClerk(ada) });
    await screen.findByText(ownerOf(ada));
    expect(fauna.requests).toHaveLength(1);
  });

  test("stale data is shown and then refetched", async () => {
    const { storage, fauna } = await leftByAda(<Owner query={query()} />);
    visit(<Owner query={query()} />, { storage, fauna, clerk: createFakeClerk(ada), staleTime: 0 });
    await screen.findByText(ownerOf(ada));
    await waitFor(() => expect(fauna.requests).toHaveLength(2));
  });

  test("another user gets nothing of it, and it leaves the storage", async () => {
    const { storage, fauna } = await leftByAda(<Owner query={query()} />);
    visit(<Owner query={query()} />, { storage, fauna, clerk: createFakeClerk(bob) });
    await screen.findByText(ownerOf(bob));
    await waitFor(() => expect(textIn(storage)).toContain(ownerOf(bob)));
    expect(textIn(storage)).not.toContain("ada");
  });

  test("it leaves the storage as soon as it is known that nobody is signed in", async () => {
    const { storage, fauna } = await leftByAda(<Owner query={query()} />);
    const clerk = createFakeClerk();
    visit(<Owner query={query()} />, { storage, fauna, clerk });
    expect(textIn(storage)).toContain(ownerOf(ada));
    clerk.become(null);
    await waitFor(() => expect(storage.length).toBe(0));
  });

  test("a sign-out empties the storage", async () => {
    const [storage, fauna, clerk] = [createStorage(), await startFakeFauna(), createFakeClerk(ada)];
    visit(<Owner query={query()} />, { storage, fauna, clerk });
    await waitFor(() => expect(textIn(storage)).toContain(ownerOf(ada)));
    clerk.become(null);
    await waitFor(() => expect(storage.length).toBe(0));
  });
});

const owner = fql<string>`Query.token()!.sub`;

test("what is being written when its user signs out leaves the storage, too", async () => {
  const [storage, fauna, clerk] = [
    createAsyncStorage(),
    await startFakeFauna(),
    createFakeClerk(ada),
  ];
  let resume = (): void => undefined;
  const disk = new Promise<void>((resolve) => (resume = resolve));
  const setItem = vi.spyOn(storage, "setItem").mockImplementation(async (key, text) => {
    await disk;
    storage.items.set(key, text);
  });
  visit(<Owner query={owner} />, { storage, fauna, clerk });
  await waitFor(() => expect(setItem).toHaveBeenCalledOnce());
  clerk.become(null);
  await screen.findByText("nothing");
  resume();
  await setItem.mock.results[0]?.value;
  await waitFor(() => expect(storage.items.size).toBe(0));
});

test("entries of other endpoints, prefixes and libraries stay", async () => {
  const { storage } = await leftByAda(<Owner query={owner} />);
  storage.setItem("theme", "dark");
  storage.setItem("fauna-clerk", "not ours");
  const fauna = await startFakeFauna();
  visit(<Owner query={owner} />, { storage, fauna, clerk: createFakeClerk(bob) });
  await waitFor(() => expect(textIn(storage)).toContain(ownerOf(bob)));
  expect(storage.length).toBe(4);
  expect(textIn(storage)).toContain(ownerOf(ada));
});

test("what begins with its prefix and is not its own stays", async () => {
  const { storage, fauna } = await leftByAda(<Owner query={owner} />);
  const kept: readonly [string, string][] = [
    ["fauna-clerk-theme", "dark"],
    ["fauna-clerk:query:theme", "dark"],
    ["fauna-clerk:query:all", faunaSerializer.serialize({ clientState: {} })],
  ];
  for (const [key, text] of kept) storage.setItem(key, text);
  const [clerk, onError] = [createFakeClerk(ada), vi.fn()];
  visit(<Owner query={owner} />, { storage, fauna, clerk, onError });
  await screen.findByText(ownerOf(ada));
  clerk.become(null);
  await waitFor(() => expect(storage.length).toBe(3));
  expect(kept.map(([key]) => [key, storage.getItem(key)])).toEqual(kept);
  expect(onError).not.toHaveBeenCalled();
});

test.each([
  ["another buster", { buster: "2" }],
  ["data that is too old", { maxAge: -1 }],
])("%s is fetched anew", async (_name, options) => {
  const { storage, fauna } = await leftByAda(<Owner query={owner} />);
  visit(<Owner query={owner} />, { storage, fauna, clerk: createFakeClerk(ada), ...options });
  await screen.findByText(ownerOf(ada));
  expect(fauna.requests).toHaveLength(2);
});

test("a text that nobody can read is told, removed and fetched anew", async () => {
  const { storage, fauna } = await leftByAda(<Owner query={owner} />);
  storage.setItem(storage.key(0) ?? "", "{");
  const onError = vi.fn();
  visit(<Owner query={owner} />, { storage, fauna, clerk: createFakeClerk(ada), onError });
  await screen.findByText(ownerOf(ada));
  expect(onError).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ code: "not_serialized" }),
  );
});

test("a storage that is full is told, and the query has its data", async () => {
  const [storage, fauna, clerk] = [createStorage(), await startFakeFauna(), createFakeClerk(ada)];
  const full = new DOMException("The quota has been exceeded.", "QuotaExceededError");
  storage.setItem = () => {
    throw full;
  };
  const onError = vi.fn();
  visit(<Owner query={owner} />, { storage, fauna, clerk, onError });
  await screen.findByText(ownerOf(ada));
  await waitFor(() => expect(onError).toHaveBeenCalledExactlyOnceWith(full));
});

test("an asynchronous storage that fails for a while keeps nobody's data when its user changes", async () => {
  const [storage, fauna, clerk] = [
    createAsyncStorage(),
    await startFakeFauna(),
    createFakeClerk(ada),
  ];
  const getItem = vi.spyOn(storage, "getItem").mockRejectedValue(new Error("Not now."));
  const errors: unknown[] = [];
  // It returns something, on which nothing depends.
  visit(<Owner query={owner} />, {
    ...{ storage, fauna, clerk },
    onError: (error) => errors.push(error),
  });
  await screen.findByText(ownerOf(ada));
  getItem.mockRestore();
  clerk.become(bob);
  await screen.findByText(ownerOf(bob));
  await waitFor(() => expect([...storage.items.values()].join()).toContain("bob"));
  expect(errors.length).toBeGreaterThan(0);
  await waitFor(() => expect([...storage.items.values()].join()).not.toContain("ada"));
});

test("without a storage, as on a server, it only fetches", async () => {
  const [fauna, clerk] = [await startFakeFauna(), createFakeClerk(ada)];
  visit(<Owner query={owner} />, { storage: undefined, fauna, clerk });
  await screen.findByText(ownerOf(ada));
});

test("documents come back as the driver's own, pages of a list too", async () => {
  const fauna = await startFakeFauna();
  const todo = { id: "1", coll: { "@mod": "Todo" }, ts: { "@time": "2026-01-01T00:00:00Z" } };
  fauna.respond = (request) => success(request, { "@set": { data: [{ "@doc": todo }] } });
  const seen = { page: undefined as unknown, item: undefined as unknown };
  const todos = fql<Page<Document>>`Todo.all()`;
  function Todos() {
    seen.page = useFaunaQuery(todos).data?.data[0]?.ts;
    return <p>{seen.page ? "there" : "not yet"}</p>;
  }
  function List() {
    seen.item = useFaunaInfiniteQuery(todos).items[0]?.ts;
    return <p>{seen.item ? "there" : "not yet"}</p>;
  }
  for (const child of [<Todos key="page" />, <List key="list" />]) {
    const { storage } = await leftByAda(child, { fauna });
    const before = fauna.requests.length;
    visit(child, { storage, fauna, clerk: createFakeClerk(ada) });
    await screen.findByText("there");
    expect(fauna.requests).toHaveLength(before);
    cleanup();
  }
  expect(seen).toEqual({ page: expect.any(TimeStub), item: expect.any(TimeStub) });
});
