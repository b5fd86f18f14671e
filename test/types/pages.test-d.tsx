import {
  type Document,
  type EmbeddedSet,
  fql,
  type NullDocument,
  type Page,
  type QueryInfo,
} from "fauna";
import { query as q } from "faunadb";
import {
  faunaInfiniteQueryOptions,
  type FaunaPage,
  useFaunaClient,
  useFaunaInfiniteQuery,
  useFaunaMutation,
  useFaunaSuspenseInfiniteQuery,
  useFaunaSuspenseQuery,
  usePrefetchFaunaQuery,
} from "fauna-clerk";
import { expectTypeOf, test } from "vitest";

type Todo = Document & { title: string };
const todos = fql<Page<Todo>>`Todo.all()`;

test("items are of the Set's type", () => {
  const { items, data } = useFaunaInfiniteQuery(todos);
  expectTypeOf(items).toEqualTypeOf<Todo[]>();
  expectTypeOf(data?.pages[0]).toEqualTypeOf<FaunaPage<Todo> | undefined>();
});

test("items are never null documents", () => {
  const { items } = useFaunaInfiniteQuery(fql<Page<Todo | NullDocument>>`Todo.all()`);
  expectTypeOf(items).toEqualTypeOf<Todo[]>();
});

test("the result of Set.paginate() has items too", () => {
  const query = fql<{ data: Todo[]; after?: string }>`Set.paginate(Todo.all())`;
  expectTypeOf(useFaunaInfiniteQuery(query).items).toEqualTypeOf<Todo[]>();
});

test("a query that returns no pages is refused", () => {
  const one = fql<number>`1`;
  const scope = { client: useFaunaClient() };
  // @ts-expect-error: a number has no pages
  useFaunaInfiniteQuery(one);
  // @ts-expect-error: a document has no pages
  useFaunaInfiniteQuery(fql<Todo>`Todo.byId("1")!`);
  // Of `isMany ? todos : one` TypeScript keeps one of the two before the call, 6 another one than 7: they look the same.
  // @ts-expect-error: a number has no pages
  useFaunaSuspenseInfiniteQuery(one);
  // @ts-expect-error: a number has no pages
  faunaInfiniteQueryOptions(scope, one);
  useFaunaMutation(() => one, {
    // @ts-expect-error: a number has no pages
    optimistic: (cache) => cache.updatePages(one, (page) => page),
  });
});

test("one that has pages is accepted, also with the types stated, or skipped", () => {
  const set = fql<EmbeddedSet>`Todo.all().pageSize(1)`;
  useFaunaInfiniteQuery(set);
  useFaunaInfiniteQuery(Math.random() > 0.5 ? todos : null);
  expectTypeOf(useFaunaInfiniteQuery<Todo>(fql`Todo.all()`).items).toEqualTypeOf<Todo[]>();
  expectTypeOf(useFaunaInfiniteQuery<Todo, string>(todos).items).toEqualTypeOf<string[]>();
  faunaInfiniteQueryOptions({ client: useFaunaClient() }, todos);
  useFaunaMutation(() => fql<Todo>`x`, {
    optimistic: (cache) => cache.updatePages(todos, ({ data }) => ({ data: data.slice(1) })),
  });
});

test("a query without a type has items of any type", () => {
  expectTypeOf(useFaunaInfiniteQuery(fql`Todo.all()`).items[0]).toBeAny();
});

test("select changes the type of the items, and keeps pages", () => {
  const { items } = useFaunaInfiniteQuery(todos, {
    select: ({ pages, pageParams }) => ({
      pages: pages.map(({ data }) => ({ data: data.map(({ title }) => title) })),
      pageParams,
    }),
  });
  expectTypeOf(items).toEqualTypeOf<string[]>();
  // @ts-expect-error: items are made of pages
  useFaunaInfiniteQuery(todos, { select: ({ pages }) => pages.length });
});

test("of an FQL v4 expression the item's type is stated by the caller", () => {
  const expression = q.Paginate(q.Documents(q.Collection("Todo")));
  expectTypeOf(useFaunaInfiniteQuery<string>(expression).items).toEqualTypeOf<string[]>();
});

test("cursors are the library's", () => {
  // @ts-expect-error: pages follow Fauna's cursors
  useFaunaInfiniteQuery(todos, { initialPageParam: null });
  // @ts-expect-error: pages follow Fauna's cursors
  useFaunaInfiniteQuery(todos, { getNextPageParam: () => null });
});

test("what suspends has data", () => {
  expectTypeOf(useFaunaSuspenseQuery(fql<number>`1`).data).toEqualTypeOf<number>();
  expectTypeOf(useFaunaSuspenseQuery<string>(q.CurrentIdentity()).data).toEqualTypeOf<string>();
  expectTypeOf(useFaunaSuspenseInfiniteQuery(todos).data.pages).toEqualTypeOf<FaunaPage<Todo>[]>();
  expectTypeOf(useFaunaSuspenseInfiniteQuery(todos).items).toEqualTypeOf<Todo[]>();
});

test("the results of all have info, which may be missing", () => {
  expectTypeOf(useFaunaInfiniteQuery(todos).info).toEqualTypeOf<QueryInfo | undefined>();
  expectTypeOf(useFaunaSuspenseQuery(todos).info).toEqualTypeOf<QueryInfo | undefined>();
  expectTypeOf(useFaunaSuspenseInfiniteQuery(todos).info).toEqualTypeOf<QueryInfo | undefined>();
});

test("what suspends cannot be skipped or disabled", () => {
  // @ts-expect-error: render the component once its query is known
  useFaunaSuspenseQuery(null);
  // @ts-expect-error: render the component once its query is known
  useFaunaSuspenseInfiniteQuery(undefined);
  // @ts-expect-error: there would be no data
  useFaunaSuspenseQuery(fql<number>`1`, { enabled: false });
});

test("a prefetch takes what the query's hook takes, also to skip", () => {
  usePrefetchFaunaQuery(fql<number>`1`, { staleTime: 1000 });
  usePrefetchFaunaQuery(q.CurrentIdentity());
  usePrefetchFaunaQuery(null);
});
