import { QueryClient, useQueries, useQuery } from "@tanstack/react-query";
import { fql } from "fauna";
import { faunaQueryOptions, type FaunaScope } from "fauna-clerk";
import { expectTypeOf, test } from "vitest";

declare const scope: FaunaScope;
const cache = new QueryClient();

test("useQuery infers the data", () => {
  const { data } = useQuery(faunaQueryOptions(scope, fql<number>`1`));
  expectTypeOf(data).toEqualTypeOf<number | undefined>();
});

test("useQueries infers each", () => {
  const results = useQueries({
    queries: [faunaQueryOptions(scope, fql<number>`1`), faunaQueryOptions(scope, fql<string>`"a"`)],
  });
  expectTypeOf(results[0].data).toEqualTypeOf<number | undefined>();
  expectTypeOf(results[1].data).toEqualTypeOf<string | undefined>();
});

test("the cache's functions infer the data", () => {
  const options = faunaQueryOptions(scope, fql<number>`1`);
  expectTypeOf(cache.fetchQuery(options)).resolves.toEqualTypeOf<number>();
  expectTypeOf(cache.ensureQueryData(options)).resolves.toEqualTypeOf<number>();
  expectTypeOf(cache.prefetchQuery(options)).resolves.toEqualTypeOf<void>();
  expectTypeOf(cache.getQueryData(options.queryKey)).toEqualTypeOf<number | undefined>();
});
