import { type Document, fql, type Page } from "fauna";
import { query as q } from "faunadb";
import {
  type FaunaProviderProps,
  faunaQueryOptions,
  type FaunaScope,
  useFaunaClient,
  useFaunaQuery,
} from "fauna-clerk";
import { expectTypeOf, test } from "vitest";

type Todo = Document & { title: string };

test("data is inferred from the query's type", () => {
  expectTypeOf(useFaunaQuery(fql<Page<Todo>>`Todo.all()`).data).toEqualTypeOf<
    Page<Todo> | undefined
  >();
});

test("select changes the type of data", () => {
  const { data } = useFaunaQuery(fql<Page<Todo>>`Todo.all()`, {
    select: (page) => page.data.map(({ title }) => title),
  });
  expectTypeOf(data).toEqualTypeOf<string[] | undefined>();
});

test("a v4 expression's type is stated by the caller", () => {
  expectTypeOf(useFaunaQuery<string>(q.CurrentIdentity()).data).toEqualTypeOf<string | undefined>();
});

test("null, undefined and false skip a query", () => {
  const ready = true as boolean;
  useFaunaQuery(ready ? fql<number>`1` : null);
  useFaunaQuery(ready ? fql<number>`1` : undefined);
  expectTypeOf(useFaunaQuery(ready && fql<number>`1`).data).toEqualTypeOf<number | undefined>();
});

test("a query is not a string", () => {
  // @ts-expect-error: the query has to be written with fql
  useFaunaQuery("Todo.all()");
});

test("key, function and secret are the library's", () => {
  // @ts-expect-error: no query key is written by hand
  useFaunaQuery(fql<number>`1`, { queryKey: ["one"] });
  // @ts-expect-error: the library makes the function
  useFaunaQuery(fql<number>`1`, { queryFn: () => 1 });
  // @ts-expect-error: the token is the signed-in user's
  useFaunaQuery(fql<number>`1`, { request: { secret: "fn…" } });
});

test("loading is a boolean beside TanStack's result", () => {
  const { loading, isFetching } = useFaunaQuery(fql<number>`1`);
  expectTypeOf(loading).toEqualTypeOf<boolean>();
  expectTypeOf(isFetching).toEqualTypeOf<boolean>();
});

test("faunaQueryOptions tags its key with the data's type", () => {
  const options = faunaQueryOptions({} as FaunaScope, fql<number>`1`);
  expectTypeOf(options.queryFn).returns.toExtend<number | Promise<number>>();
});

test("a client answers with the query's type", () => {
  expectTypeOf(useFaunaClient().query(fql<number>`1`))
    .resolves.toHaveProperty("data")
    .toEqualTypeOf<number>();
});

test("an endpoint is required", () => {
  // @ts-expect-error: there is no default
  const props: FaunaProviderProps = { getToken: () => Promise.resolve(null) };
  expectTypeOf(props.endpoint).toEqualTypeOf<string | URL>();
});
