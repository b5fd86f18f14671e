import { QueryClient } from "@tanstack/react-query";
import { fql } from "fauna";
import { describe, expect, test, vi } from "vitest";

import { keyIn } from "../../src/cache/keys";
import { recordOf } from "../../src/cache/query-record";
import { Write } from "../../src/cache/write";
import { connect, nobodyYet, signedIn } from "../support/signed-in";

const [ada, bob] = [signedIn("ada"), signedIn("bob")];
const [list, other] = [fql<string[]>`list`, fql<string[]>`other`];

function setUp(state = ada, invalidates: ConstructorParameters<typeof Write>[3] = () => undefined) {
  const connection = connect(state);
  connection.tellTabs = () => true;
  const cache = new QueryClient();
  const write = new Write(connection, state.identity, cache, invalidates);
  const scope = { connection, identity: ada.identity };
  const keyOf = (query: unknown, keyEnd: string[] = []) => [...keyIn(scope, query), ...keyEnd];
  for (const query of [list, other]) cache.setQueryData(keyOf(query), ["a"]);
  const isStale = (query: unknown) => cache.getQueryState(keyOf(query))?.isInvalidated;
  const dataOf = (query: unknown, keyEnd?: string[]) => cache.getQueryData(keyOf(query, keyEnd));
  const recordIn = (query: unknown) =>
    recordOf(cache.getQueryCache().find({ queryKey: keyOf(query) })!.queryKey);
  return { connection, cache, write, keyOf, isStale, dataOf, recordIn };
}

describe("a write belongs", () => {
  test("to the identity that made it, and is not sent for another one", () => {
    const { write, connection } = setUp();
    expect(() => write.throwIfEnded()).not.toThrow();
    connection.identityStore.update(bob);
    expect(write.scope.identity).toBe(ada.identity);
    expect(() => write.throwIfEnded()).toThrow(
      expect.objectContaining({ code: "identity_changed" }) as Error,
    );
  });

  test("to the user who turns out to be signed in, if it was made while Clerk loaded", () => {
    const { write, connection } = setUp(nobodyYet);
    connection.identityStore.update(ada);
    expect(write.scope.identity).toBe(ada.identity);
    expect(() => write.throwIfEnded()).not.toThrow();
  });
});

describe("what a write updates", () => {
  test("shows at once, in a query and in its list, and in nothing that is not cached", async () => {
    const { write, cache, keyOf, dataOf } = setUp();
    cache.setQueryData(keyOf(list, ["pages"]), {
      pages: [{ data: ["a"] }, { data: ["b"] }],
      pageParams: [null, 1],
    });
    await write.showUpdates((optimistic) => {
      optimistic.update(list, (data) => [...data, "x"]);
      optimistic.update(fql<string[]>`unknown`, () => []);
      optimistic.updatePages(list as never, ({ data }, index) => ({
        data: [...data, String(index)] as never[],
      }));
    });
    expect(dataOf(list)).toEqual(["a", "x"]);
    expect(dataOf(list, ["pages"])).toEqual({
      pages: [{ data: ["a", "0"] }, { data: ["b", "1"] }],
      pageParams: [null, 1],
    });
    expect(cache.getQueryCache().getAll()).toHaveLength(3);
  });

  test("is rolled back if it fails, and asked for; nothing else is", async () => {
    const { write, dataOf, isStale, recordIn } = setUp();
    await write.showUpdates(({ update }) => update(list, (data) => [...data, "x"]));
    write.settle("failed");
    expect(dataOf(list)).toEqual(["a"]);
    expect([isStale(list), isStale(other)]).toEqual([true, false]);
    expect(recordIn(list).floor).toBeUndefined();
    expect(write.isApplied).toBe(false);
  });

  test("stays until the data has it if it was applied", async () => {
    const { write, dataOf, isStale, recordIn } = setUp();
    await write.showUpdates(({ update }) => update(list, (data) => [...data, "x"]));
    write.settle("applied", 5);
    expect(dataOf(list)).toEqual(["a", "x"]);
    expect([isStale(list), isStale(other)]).toEqual([true, true]);
    expect(recordIn(list).floor?.txn).toBe(5);
    expect(write.isApplied).toBe(true);
  });

  test("is rolled back if it is not known whether it was applied, and later data has to be newer", async () => {
    const { write, dataOf, isStale, recordIn } = setUp();
    await write.showUpdates(({ update }) => update(list, (data) => [...data, "x"]));
    write.settle("unknown");
    expect(dataOf(list)).toEqual(["a"]);
    expect([isStale(list), isStale(other)]).toEqual([true, true]);
    expect(recordIn(other).floor).toBeDefined();
    expect(write.isApplied).toBe(false);
  });

  test("is asked for although the write changes other queries, as it says", async () => {
    const { write, isStale } = setUp(ada, () => false);
    await write.showUpdates(({ update }) => update(list, (data) => data));
    write.settle("applied");
    expect([isStale(list), isStale(other)]).toEqual([true, false]);
  });

  test("does not show for somebody else who is signed in by then", async () => {
    const { write, connection } = setUp();
    const optimistic = vi.fn();
    const showing = write.showUpdates(optimistic);
    connection.identityStore.update(bob);
    await expect(showing).rejects.toMatchObject({ code: "identity_changed" });
    expect(optimistic).not.toHaveBeenCalled();
  });
});

test("the outcome is decided once", () => {
  const invalidates = vi.fn(() => list);
  const { write, isStale } = setUp(ada, invalidates);
  expect(write.isApplied).toBe(false);
  write.settle("applied", 5);
  write.settle("failed");
  expect(write.isApplied).toBe(true);
  expect([isStale(list), isStale(other)]).toEqual([true, false]);
  expect(invalidates).toHaveBeenCalledTimes(1);
});

test("a write that has failed says nothing of what it would have changed", () => {
  const invalidates = vi.fn();
  setUp(ada, invalidates).write.settle("failed");
  expect(invalidates).not.toHaveBeenCalled();
});

test("while an attempt is under way, answers of what it updates wait for its end", async () => {
  const { write, recordIn } = setUp();
  await write.showUpdates(({ update }) => update(list, (data) => [...data, "x"]));
  const { layers } = recordIn(list);
  expect(layers?.whenDecided()).toBeUndefined();
  write.beginAttempt();
  write.beginAttempt();
  const decided = vi.fn();
  void layers?.whenDecided()?.then(decided);
  await Promise.resolve();
  expect(decided).not.toHaveBeenCalled();
  write.endAttempt();
  await vi.waitFor(() => expect(decided).toHaveBeenCalledTimes(1));
  expect(layers?.whenDecided()).toBeUndefined();
  // The next attempt is another one.
  write.beginAttempt();
  expect(layers?.whenDecided()).toBeDefined();
  write.settle("applied", 5);
  expect(layers?.whenDecided()).toBeUndefined();
});
