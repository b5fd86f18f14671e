import type { UseQueryResult } from "@tanstack/react-query";
import { type Document, fql, type Page } from "fauna";
import { useFaunaQuery } from "fauna-clerk";
import { query as q } from "faunadb";
import { describe, expectTypeOf, test } from "vitest";

// The driver wants what has an index signature: a type, not an interface.
type Todo = { title: string };

describe("useFaunaQuery", () => {
  test("infers the data from the query's type", () => {
    const result = useFaunaQuery(fql<Page<Document & Todo>>`Todo.all()`);
    expectTypeOf(result.data).toEqualTypeOf<Page<Document & Todo> | undefined>();
  });

  test("returns TanStack's result and loading", () => {
    const result = useFaunaQuery(fql<number>`1`);
    expectTypeOf(result).toExtend<UseQueryResult<number>>();
    expectTypeOf(result.loading).toEqualTypeOf<boolean>();
    expectTypeOf(result.error).toEqualTypeOf<Error | null>();
  });

  test("takes null, undefined and false for a query that is not known yet", () => {
    const id = "1" as string | null;
    const result = useFaunaQuery(id !== null && fql<Todo>`Todo.byId(${id})`);
    expectTypeOf(result.data).toEqualTypeOf<Todo | undefined>();
    useFaunaQuery(null);
    useFaunaQuery(undefined);
  });

  test("infers the selected part", () => {
    const result = useFaunaQuery(fql<Todo>`Todo.first()!`, { select: ({ title }) => title.length });
    expectTypeOf(result.data).toEqualTypeOf<number | undefined>();
  });

  test("takes a v4 expression, whose type is the caller's", () => {
    const result = useFaunaQuery<string>(q.CurrentIdentity() as never as { toFQL(): string });
    expectTypeOf(result.data).toEqualTypeOf<string | undefined>();
  });

  test("takes the driver's options as request, without secret", () => {
    useFaunaQuery(fql<number>`1`, { request: { query_timeout_ms: 10, typecheck: false } });
    // @ts-expect-error -- the token is the signed-in user's
    useFaunaQuery(fql<number>`1`, { request: { secret: "fnSecret" } });
  });

  test("takes no key and no function: the library makes both", () => {
    // @ts-expect-error -- no query key is written by hand
    useFaunaQuery(fql<number>`1`, { queryKey: ["mine"] });
    // @ts-expect-error -- nor its hash, under which two users would have the same data
    useFaunaQuery(fql<number>`1`, { queryHash: "mine" });
    // @ts-expect-error -- what is sent is the query
    useFaunaQuery(fql<number>`1`, { queryFn: () => 1 });
  });

  test("takes no text for a query", () => {
    // @ts-expect-error -- text is not a query
    useFaunaQuery("Todo.all()");
  });
});
