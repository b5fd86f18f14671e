import { type Query, QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, test, vi } from "vitest";

import { mustSee } from "../../src/cache/origins";
import { type QueryRecord, recordOf } from "../../src/cache/query-record";
import { askAfterWrites, settledWrite } from "../../src/cache/seen-writes";

let queryKey: string[];
let record: QueryRecord;
let cached: Query;
beforeEach(() => {
  queryKey = ["all"];
  record = recordOf(queryKey);
  const cache = new QueryClient();
  cached = cache
    .getQueryCache()
    .build(cache, cache.defaultQueryOptions({ queryKey: queryKey as readonly unknown[] }));
});

const never = new AbortController().signal;

/** Answers of these times, one after another; `meanwhile` is called before each of them. */
const answers = (txns: (number | undefined)[], meanwhile: (index: number) => void = () => {}) => {
  let count = 0;
  return vi.fn(async () => {
    const index = count++;
    meanwhile(index);
    return { data: `answer ${index}`, txn: txns[index] };
  });
};

describe("a query is asked once", () => {
  test("if nothing has to be in the answer", async () => {
    const ask = answers([undefined]);
    expect(await askAfterWrites(record, never, cached, ask)).toBe("answer 0");
    expect(ask).toHaveBeenCalledTimes(1);
    expect(record.fetched).toMatchObject({ txn: undefined });
  });

  test("if it has left the cache by then", async () => {
    const ask = answers([1]);
    expect(await askAfterWrites(record, never, undefined, ask)).toBe("answer 0");
    expect(ask).toHaveBeenCalledTimes(1);
  });

  test("if what has to be in the answer is", async () => {
    mustSee(queryKey, settledWrite(5));
    const ask = answers([5]);
    expect(await askAfterWrites(record, never, cached, ask)).toBe("answer 0");
    expect(record.fetched).toMatchObject({ txn: 5 });
  });

  test("if it was invalid before: this is the answer to that", async () => {
    const ask = answers([1]);
    cached.invalidate();
    await askAfterWrites(record, never, cached, ask);
    expect(ask).toHaveBeenCalledTimes(1);
  });
});

describe("a query is asked once more, and not again,", () => {
  test("if the answer lacks what it has to include", async () => {
    mustSee(queryKey, settledWrite(5));
    const ask = answers([4, 4, 5]);
    expect(await askAfterWrites(record, never, cached, ask)).toBe("answer 1");
    expect(ask).toHaveBeenCalledTimes(2);
  });

  test("if a write of unknown time has settled meanwhile", async () => {
    const ask = answers([1, 1], (index) => {
      if (index === 0) mustSee(queryKey, settledWrite(undefined));
    });
    expect(await askAfterWrites(record, never, cached, ask)).toBe("answer 1");
    expect(ask).toHaveBeenCalledTimes(2);
  });

  test("if it was invalidated meanwhile", async () => {
    const ask = answers([1, 1, 1], () => cached.invalidate());
    expect(await askAfterWrites(record, never, cached, ask)).toBe("answer 1");
    expect(ask).toHaveBeenCalledTimes(2);
  });
});

test("an answer that comes while a write is in flight waits for that", async () => {
  let decide!: () => void;
  const decided = new Promise<void>((resolve) => (decide = resolve));
  record.layers = { whenDecided: () => decided } as never;
  const done = vi.fn();
  const asking = askAfterWrites(record, never, cached, answers([1])).then(done);
  await new Promise((resolve) => setTimeout(resolve));
  expect(done).not.toHaveBeenCalled();
  decide();
  await asking;
  expect(done).toHaveBeenCalledExactlyOnceWith("answer 0");
});

test("an answer that nobody takes is noted nowhere, and nobody asks again", async () => {
  mustSee(queryKey, settledWrite(5));
  const ending = new AbortController();
  const ask = answers([4, 5], () => ending.abort());
  expect(await askAfterWrites(record, ending.signal, cached, ask)).toBe("answer 0");
  expect(ask).toHaveBeenCalledTimes(1);
  expect(record.fetched).toBeUndefined();
});
