import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";

import { infoOf } from "../../src/cache/info";
import { recordOf } from "../../src/cache/query-record";

test("the metadata of a query is that of its last answer, and there is none of what is not cached", () => {
  const cache = new QueryClient();
  expect(infoOf(cache, ["a"])).toBeUndefined();
  const query = cache.getQueryCache().build(cache, { queryKey: ["a"] });
  expect(infoOf(cache, ["a"])).toBeUndefined();
  recordOf(query.queryKey).info = { txn_ts: 5 } as never;
  expect(infoOf(cache, ["a"])).toEqual({ txn_ts: 5 });
});
