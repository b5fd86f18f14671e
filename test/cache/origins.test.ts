import { QueryClient, type QueryKey, QueryObserver } from "@tanstack/react-query";
import { describe, expect, onTestFinished, test } from "vitest";

import {
  keepOrigins,
  mustSee,
  noteWritten,
  originOf,
  ownerHash,
  seenUntil,
} from "../../src/cache/origins";
import { type Floor, type Origin, recordOf } from "../../src/cache/query-record";
import { hasSeen, settledWrite } from "../../src/cache/seen-writes";

const ada = ["fauna", "https://fauna.test/", "ada"];
const bob = ["fauna", "https://fauna.test/", "bob"];
const keyOf = (owner: string[], name = "all"): string[] => [...owner, "v10", name];

/** A query that is fetched with these origins, one after another. */
function setUp(...origins: (Origin | undefined)[]) {
  const cache = new QueryClient();
  const queryKey: QueryKey = keyOf(ada);
  const query = cache.getQueryCache().build(cache, { queryKey });
  let count = 0;
  const fetch = (): Promise<unknown> =>
    query.fetch({
      queryKey,
      queryFn: () => {
        const origin = origins[count];
        if (origin) recordOf(queryKey).fetched = origin;
        return count++;
      },
    });
  return { cache, query, queryKey: query.queryKey, fetch };
}

test.each([
  [{ txn: 5 }, 5],
  [{ txn: 5, until: 7 }, 7],
  [{ txn: 5, until: 3 }, 5],
  [{ until: 3 }, 3],
  [{}, 0],
  [undefined, 0],
])("data of %j is right up to %i", (origin, time) => {
  expect(seenUntil(origin as Origin)).toBe(time);
});

test.each([
  [undefined, { txn: 1, number: 1 }, false],
  [{ txn: 5, writes: 0 }, { txn: 5, number: 9 }, true],
  [{ txn: 4, writes: 9 }, { txn: 5, number: 9 }, false],
  [{ txn: undefined, writes: 9 }, { txn: 5, number: 9 }, true],
  [{ txn: undefined, writes: 8 }, { txn: 5, number: 9 }, false],
  [{ txn: 9, writes: 9 }, { txn: undefined, number: 9 }, true],
  [{ txn: 9, writes: 8 }, { txn: undefined, number: 9 }, false],
])("data of %j has seen the write %j: %o", (origin, write, isSeen) => {
  expect(hasSeen(origin, write)).toBe(isSeen);
});

test("each write that settles is another one, and later", () => {
  const [one, other] = [settledWrite(5), settledWrite(undefined)];
  expect(one.txn).toBe(5);
  expect(other.txn).toBeUndefined();
  expect(other.number).toBe(one.number + 1);
  expect(one.number).toBeGreaterThan(0);
});

test("identities of a cache are told apart by the beginning of a key alone", () => {
  expect(ownerHash(keyOf(ada, "one"))).toBe(ownerHash(keyOf(ada, "other")));
  expect(ownerHash(keyOf(ada))).not.toBe(ownerHash(keyOf(bob)));
});

describe("what data has to include", () => {
  const floorAfter = (...writes: { txn: number | undefined; number: number }[]): Floor => {
    const queryKey = keyOf(ada);
    for (const write of writes) mustSee(queryKey, write);
    return recordOf(queryKey).floor!;
  };
  const reaches = (floor: Floor, txn: number | undefined, writes: number) =>
    floor.isReachedBy({ txn, writes });

  test("is the latest write whose time is known, whatever their order", () => {
    for (const floor of [
      floorAfter({ txn: 5, number: 1 }, { txn: 7, number: 2 }),
      floorAfter({ txn: 7, number: 1 }, { txn: 5, number: 2 }),
    ]) {
      expect(floor.txn).toBe(7);
      expect([reaches(floor, 6, 9), reaches(floor, 7, 0)]).toEqual([false, true]);
      // An answer without a time has to be asked for after both.
      expect([reaches(floor, undefined, 1), reaches(floor, undefined, 2)]).toEqual([false, true]);
    }
  });

  test("is also the last write whose time is not known", () => {
    const floor = floorAfter(
      { txn: 5, number: 1 },
      { txn: undefined, number: 2 },
      { txn: 4, number: 3 },
    );
    expect(floor.txn).toBe(5);
    expect([reaches(floor, 9, 1), reaches(floor, 9, 2)]).toEqual([false, true]);
    expect(reaches(floor, 4, 9)).toBe(false);
  });

  test("is nothing before any write", () => {
    expect(recordOf(keyOf(ada)).floor).toBeUndefined();
    expect(reaches(floorAfter({ txn: undefined, number: 0 }), undefined, 0)).toBe(true);
  });
});

describe("the origin of data", () => {
  test("is that of the fetch that TanStack has taken", async () => {
    const { cache, query, fetch } = setUp({ txn: 1, writes: 0 }, { txn: 2, writes: 0 });
    keepOrigins(cache);
    await fetch();
    expect(originOf(query)).toEqual({ txn: 1, writes: 0 });
    const fetching = fetch();
    expect(originOf(query)).toEqual({ txn: 1, writes: 0 });
    await fetching;
    expect(originOf(query)).toEqual({ txn: 2, writes: 0 });
  });

  test("is known although nobody has asked before", async () => {
    const { query, fetch } = setUp({ txn: 1, writes: 0 });
    expect(originOf(query)).toBeUndefined();
    await fetch();
    expect(originOf(query)).toEqual({ txn: 1, writes: 0 });
    expect(recordOf(query.queryKey).fetched).toBeUndefined();
  });

  test("of queries that are there already is known, too", async () => {
    const { cache, query, queryKey, fetch } = setUp({ txn: 1, writes: 0 });
    await fetch();
    keepOrigins(cache);
    expect(recordOf(queryKey)).toMatchObject({ origin: { txn: 1, writes: 0 } });
    expect(query.state.isInvalidated).toBe(false);
  });

  test("of a fetch under way is not taken before that has ended", async () => {
    const { cache, query, queryKey } = setUp();
    const fetching = query.fetch({
      queryKey,
      queryFn: async () => {
        recordOf(queryKey).fetched = { txn: 1, writes: 0 };
        keepOrigins(cache);
        expect(originOf(query)).toBeUndefined();
        return 1;
      },
    });
    await fetching;
    expect(originOf(query)).toEqual({ txn: 1, writes: 0 });
  });

  test("stays what it was when the app sets data", async () => {
    const { cache, query, queryKey, fetch } = setUp({ txn: 1, writes: 0 });
    keepOrigins(cache);
    await fetch();
    recordOf(queryKey).fetched = { txn: 9, writes: 0 };
    cache.setQueryData(queryKey, 7);
    expect(recordOf(queryKey).origin).toEqual({ txn: 1, writes: 0 });
    expect(query.state.isInvalidated).toBe(false);
  });

  test.each([true, false])(
    "stays what it was when a list's first page has come and the next one fails (noted: %s)",
    async (isNoted) => {
      const { cache, query, queryKey, fetch } = setUp({ txn: 1, writes: 0 });
      if (isNoted) keepOrigins(cache);
      await fetch();
      expect(originOf(query)).toEqual({ txn: 1, writes: 0 });
      const queryFn = () => {
        recordOf(queryKey).fetched = { txn: 2, writes: 0 };
        throw new Error("No.");
      };
      await query.fetch({ queryKey, queryFn, retry: false }).catch(() => {});
      expect(originOf(query)).toEqual({ txn: 1, writes: 0 });
      expect(recordOf(queryKey).origin).toEqual({ txn: 1, writes: 0 });
    },
  );

  test("of a fetch that has failed does not count for the next one", async () => {
    const { cache, query, queryKey, fetch } = setUp();
    keepOrigins(cache);
    recordOf(queryKey).fetched = { txn: 9, writes: 0 };
    await fetch();
    expect(originOf(query)).toBeUndefined();
  });
});

describe("data is stale", () => {
  test("if it lacks what it has to include, and not otherwise", async () => {
    const { cache, query, queryKey, fetch } = setUp({ txn: 5, writes: 0 }, { txn: 6, writes: 0 });
    keepOrigins(cache);
    mustSee(queryKey, { txn: 6, number: 1 });
    await fetch();
    expect(query.state.isInvalidated).toBe(true);
    await fetch();
    expect(query.state.isInvalidated).toBe(false);
  });

  test("not if events that came since include it", async () => {
    const { cache, query, queryKey, fetch } = setUp({ txn: 5, writes: 0, until: 6 });
    keepOrigins(cache);
    mustSee(queryKey, { txn: 6, number: 1 });
    await fetch();
    expect(query.state.isInvalidated).toBe(false);
  });

  test("not if it is of the same moment as what was there", async () => {
    const { cache, query, fetch } = setUp({ txn: 6, writes: 0 }, { txn: 6, writes: 0 });
    keepOrigins(cache);
    await fetch();
    await fetch();
    expect(query.state.isInvalidated).toBe(false);
  });

  test("if what was there has seen more", async () => {
    const { cache, query, fetch } = setUp({ txn: 6, writes: 0 }, { txn: 5, writes: 0 });
    keepOrigins(cache);
    await fetch();
    await fetch();
    expect(query.state.isInvalidated).toBe(true);
  });
});

describe("a query that comes into the cache later", () => {
  const build = (cache: QueryClient, owner: string[]) =>
    recordOf(cache.getQueryCache().build(cache, { queryKey: keyOf(owner) }).queryKey);

  test("has to include what its identity has written, and nobody else", () => {
    const cache = new QueryClient();
    noteWritten(cache, ada, { txn: 5, number: 1 });
    noteWritten(cache, ada, { txn: 4, number: 2 });
    expect(build(cache, ada).floor?.txn).toBe(5);
    expect(build(cache, bob).floor).toBeUndefined();
    expect(build(new QueryClient(), ada).floor).toBeUndefined();
  });

  test("only: one that is there keeps what it has", () => {
    const cache = new QueryClient();
    const record = build(cache, ada);
    noteWritten(cache, ada, { txn: 5, number: 1 });
    expect(record.floor).toBeUndefined();
    const observer = new QueryObserver(cache, { queryKey: keyOf(ada), enabled: false });
    onTestFinished(observer.subscribe(() => {}));
    expect(record.floor).toBeUndefined();
  });
});
