import { type Document, fql, type Page } from "fauna";
import { query as q } from "faunadb";
import {
  type FaunaScope,
  faunaMutationOptions,
  isMaybeApplied,
  useFaunaCache,
  useFaunaMutation,
} from "fauna-clerk";
import { expectTypeOf, test } from "vitest";

type Todo = Document & { title: string };

const todos = fql<Todo[]>`Todo.all().toArray()`;
const create = (title: string) => fql<Todo>`Todo.create({ title: ${title} })`;

test("result and variables are inferred from build", () => {
  const { data, mutate, mutateAsync } = useFaunaMutation(create);
  expectTypeOf(data).toEqualTypeOf<Todo | undefined>();
  expectTypeOf(mutate).parameter(0).toEqualTypeOf<string>();
  expectTypeOf(mutateAsync).returns.resolves.toEqualTypeOf<Todo>();
});

test("without variables mutate takes none", () => {
  const { mutate } = useFaunaMutation(() => fql<number>`1`);
  mutate();
  // @ts-expect-error: build takes no variables
  mutate("x");
});

test("callbacks know variables, data and what onMutate returns", () => {
  useFaunaMutation(create, {
    onMutate: () => 1,
    onSuccess(data, variables, result) {
      expectTypeOf(data).toEqualTypeOf<Todo>();
      expectTypeOf(variables).toEqualTypeOf<string>();
      expectTypeOf(result).toEqualTypeOf<number>();
    },
  });
});

test("optimistic knows the variables and the data of each query", () => {
  const page = fql<Page<Todo>>`Todo.all()`;
  useFaunaMutation(create, {
    optimistic(cache, title) {
      expectTypeOf(title).toEqualTypeOf<string>();
      cache.update(todos, (data) => {
        expectTypeOf(data).toEqualTypeOf<Todo[]>();
        return data;
      });
      cache.updatePages(page, ({ data, ...rest }, index) => {
        expectTypeOf(data).toEqualTypeOf<Todo[]>();
        expectTypeOf(index).toEqualTypeOf<number>();
        return { ...rest, data };
      });
      // @ts-expect-error: an updater returns what the query does
      cache.update(todos, () => "x");
    },
  });
});

test("invalidates takes queries, a predicate or false", () => {
  useFaunaMutation(create, { invalidates: todos });
  useFaunaMutation(create, { invalidates: [todos, q.Now()] });
  useFaunaMutation(create, { invalidates: (fql) => fql.includes("Todo") });
  useFaunaMutation(create, { invalidates: false });
  // @ts-expect-error: keys are the library's
  useFaunaMutation(create, { invalidates: ["todos"] });
});

test("function and secret are the library's", () => {
  // @ts-expect-error: the library makes the function
  useFaunaMutation(create, { mutationFn: () => Promise.resolve(1) });
  // @ts-expect-error: the token is the signed-in user's
  useFaunaMutation(create, { request: { secret: "fn…" } });
});

test("a v4 expression's type is stated by the caller", () => {
  const { data } = useFaunaMutation<string, string>((title) => q.Call("add", title));
  expectTypeOf(data).toEqualTypeOf<string | undefined>();
});

test("faunaMutationOptions infers the same", () => {
  const { mutationFn } = faunaMutationOptions({} as FaunaScope, create);
  expectTypeOf(mutationFn).parameter(0).toEqualTypeOf<string>();
  expectTypeOf(mutationFn).returns.resolves.toEqualTypeOf<Todo>();
});

test("the cache's functions know a query's data", () => {
  const { getFaunaData, setFaunaData, invalidateFauna, cancelFauna } = useFaunaCache();
  expectTypeOf(getFaunaData(todos)).toEqualTypeOf<Todo[] | undefined>();
  setFaunaData(todos, (data) => data?.slice(1));
  // @ts-expect-error: the data have to be the query's
  setFaunaData(todos, "x");
  expectTypeOf(getFaunaData<string>(q.Now())).toEqualTypeOf<string | undefined>();
  expectTypeOf(invalidateFauna((text) => text === "x")).resolves.toEqualTypeOf<void>();
  expectTypeOf(cancelFauna([todos])).resolves.toEqualTypeOf<void>();
});

test("isMaybeApplied narrows an error", () => {
  const { error } = useFaunaMutation(create);
  if (isMaybeApplied(error)) expectTypeOf(error.maybeApplied).toEqualTypeOf<true>();
});
