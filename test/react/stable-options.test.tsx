import { QueryClient } from "@tanstack/react-query";
import { fql } from "fauna";
import faunadb from "faunadb";
import { beforeEach, describe, expect, test } from "vitest";

import type { Scope } from "../../src/cache/keys";
import type { AnyReadOptions } from "../../src/cache/query-options";
import { type BuiltOptions, createStableBuild } from "../../src/react/stable-options";
import { drivers } from "../support/drivers";
import { connect, signedIn } from "../support/signed-in";

const ada = signedIn("ada");
const { query: q } = faunadb;
const select = (data: unknown): unknown => data;

let scope: Scope;
let build: (query: unknown, options?: AnyReadOptions) => BuiltOptions;
beforeEach(() => {
  const connection = connect(ada, { drivers });
  const cache = new QueryClient();
  connection.cache = cache;
  scope = { connection, identity: ada.identity, cache };
  const stable = createStableBuild();
  build = (query, options = {}) => stable(scope, query, options);
});

const todo = (id = "1") => fql`Todo.byId(${id})`;

test.each<[string, unknown, unknown, AnyReadOptions | undefined, AnyReadOptions | undefined]>([
  ["a query that is written anew in each render", todo(), todo(), undefined, undefined],
  ["an FQL v4 expression", q.Get(q.Ref("a/1")), q.Get(q.Ref("a/1")), undefined, undefined],
  ["a skipped query", null, null, undefined, undefined],
  ["options of the same values", todo(), todo(), { staleTime: 1 }, { staleTime: 1 }],
  [
    "a request of the same values",
    todo(),
    todo(),
    { request: { query_timeout_ms: 1 } },
    { request: { query_timeout_ms: 1 } },
  ],
  ["a function that stays", todo(), todo(), { enabled: select }, { enabled: select }],
])("%s has the same options again", (_what, query, again, options, sameOptions) => {
  expect(build(again, sameOptions)).toBe(build(query, options));
});

describe("there are new options", () => {
  const options = { staleTime: 1, request: { query_timeout_ms: 1 } };
  const other: [string, unknown, AnyReadOptions][] = [
    ["another query", todo("2"), options],
    ["no query", undefined, options],
    ["another value", todo(), { ...options, staleTime: 2 }],
    ["one option more", todo(), { ...options, retry: 1 }],
    ["one option less", todo(), { request: options.request }],
    ["another request", todo(), { ...options, request: { query_timeout_ms: 2 } }],
  ];

  test.each(other)("for %s", (_what, query, changed) => {
    const before = build(todo(), options);
    const after = build(query, changed);
    expect(after.built).not.toBe(before.built);
    expect(after.merged).toEqual(changed);
  });

  test("for another user", () => {
    const before = build(todo());
    scope = { ...scope, identity: signedIn("bob").identity };
    expect(build(todo()).built.queryKey).not.toEqual(before.built.queryKey);
  });

  test("for other defaults of the app, or of the key", () => {
    const { cache } = scope;
    const retries = (): unknown => build(todo()).merged.retry;
    expect(retries()).toBeUndefined();
    cache.setDefaultOptions({ queries: { retry: 1 } });
    expect(retries()).toBe(1);
    cache.setQueryDefaults(["fauna"], { retry: 2 });
    expect(retries()).toBe(2);
  });

  test("after the query has left the cache, because its observers take their place by them", () => {
    const before = build(todo());
    scope.cache.clear();
    const after = build(todo());
    expect(after).not.toBe(before);
    expect(scope.cache.getQueryCache().get(after.built.queryHash)).toBeDefined();
    expect(build(todo())).toBe(after);
  });

  test("where refetchInterval is a function, which TanStack asks whenever an observer gets options", () => {
    const asked = { refetchInterval: (): number => 1 };
    expect(build(todo(), asked)).not.toBe(build(todo(), asked));
  });
});

test("TanStack takes them as they are", () => {
  const { built } = build(todo());
  expect(scope.cache.defaultQueryOptions(built)).toBe(built);
});
