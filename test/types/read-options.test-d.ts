import type {
  FaunaInfiniteQueryOptions,
  FaunaLiveInfiniteQueryOptions,
  FaunaLiveQueryOptions,
  FaunaQueryOptions,
  PrefetchFaunaQueryOptions,
  SubscribeFaunaOptions,
  UseFaunaSuspenseInfiniteQueryOptions,
  UseFaunaSuspenseQueryOptions,
  UsePrefetchFaunaQueryOptions,
} from "fauna-clerk";
import { expectTypeOf, test } from "vitest";

import type { FaunaReadOptions } from "../../src/cache/read-options";

test("the options of every read in a browser include the library's own", () => {
  type Own = keyof FaunaReadOptions;
  expectTypeOf<Own>().toExtend<keyof FaunaQueryOptions<1>>();
  expectTypeOf<Own>().toExtend<keyof FaunaInfiniteQueryOptions<1>>();
  expectTypeOf<Own>().toExtend<keyof FaunaLiveQueryOptions<1>>();
  expectTypeOf<Own>().toExtend<keyof FaunaLiveInfiniteQueryOptions<1>>();
  expectTypeOf<Own>().toExtend<keyof UseFaunaSuspenseQueryOptions<1>>();
  expectTypeOf<Own>().toExtend<keyof UseFaunaSuspenseInfiniteQueryOptions<1>>();
  expectTypeOf<Own>().toExtend<keyof PrefetchFaunaQueryOptions<1>>();
  expectTypeOf<Own>().toExtend<keyof UsePrefetchFaunaQueryOptions<1>>();
  expectTypeOf<Own>().toExtend<keyof SubscribeFaunaOptions<1>>();
});
