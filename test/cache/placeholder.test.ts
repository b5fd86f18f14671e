import { describe, expect, test, vi } from "vitest";

import type { FaunaQueryKey } from "../../src/cache/keys";
import { placeholderOf } from "../../src/cache/placeholder";
import type { Driver } from "../../src/client/driver";

const driver = {} as Driver;
const keyOf = (owner: string, query: string, endpoint = "https://fauna.test/"): FaunaQueryKey => [
  "fauna",
  endpoint,
  owner,
  "v10",
  query,
];

test("a value is shown as it is; of a skipped query that is its initial data before all", () => {
  const shown = { initialData: "initial", placeholderData: "placeholder" };
  const key = keyOf("ada", "one");
  expect(placeholderOf(shown, key, driver)).toBe("placeholder");
  expect(placeholderOf(shown, key, undefined)).toBe("initial");
  expect(placeholderOf({ placeholderData: "placeholder" }, key, undefined)).toBe("placeholder");
  expect(placeholderOf({ initialData: "initial" }, key, driver)).toBeUndefined();
});

describe("a function, such as keepPreviousData,", () => {
  type Own = (data: unknown, query?: { queryKey: FaunaQueryKey }) => unknown;
  const setUp = () => {
    const app = vi.fn((data: unknown, _query?: unknown) => data);
    const own = (owner: string, query: string, endpoint?: string): Own =>
      placeholderOf({ placeholderData: app }, keyOf(owner, query, endpoint), driver) as Own;
    return { app, own };
  };

  test("gets the data of the previous query of the same user", () => {
    const { app, own } = setUp();
    const previous = { queryKey: keyOf("ada", "one") };
    expect(own("ada", "two")("data", previous)).toBe("data");
    expect(app).toHaveBeenCalledExactlyOnceWith("data", previous);
  });

  test.each<[string, { queryKey: FaunaQueryKey } | undefined]>([
    ["of another user", { queryKey: keyOf("bob", "one") }],
    ["of another endpoint", { queryKey: keyOf("ada", "one", "https://other.test/") }],
    ["of nobody", undefined],
  ])("gets no data %s, nor the query", (_, previous) => {
    const { app, own } = setUp();
    expect(own("ada", "two")("data", previous)).toBeUndefined();
    expect(app).toHaveBeenCalledExactlyOnceWith(undefined);
  });

  test("is the same for all queries of a user, or TanStack would call it in each render", () => {
    const { own } = setUp();
    const first = own("ada", "one");
    expect(own("ada", "two")).toBe(first);
    const bobs = own("bob", "one");
    expect(bobs).not.toBe(first);
    expect(bobs("data", { queryKey: keyOf("ada", "one") })).toBeUndefined();
    expect(bobs("data", { queryKey: keyOf("bob", "one") })).toBe("data");
  });
});
