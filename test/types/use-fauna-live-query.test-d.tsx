import { QueryClient, useQuery } from "@tanstack/react-query";
import { type Client, type Document, type EventSource, fql, type Page } from "fauna";
import {
  type FaunaEvent,
  faunaLiveQueryOptions,
  type FaunaLiveState,
  FaunaProvider,
  type FaunaScope,
  subscribeFauna,
  useFaunaEvents,
  useFaunaLiveInfiniteQuery,
  useFaunaLiveQuery,
} from "fauna-clerk";
import { expectTypeOf, test } from "vitest";

type Todo = Document & { title: string; rank: number };
declare const client: Client;
declare const scope: FaunaScope;
declare const source: EventSource;
const todos = fql<Page<Todo>>`Todo.all()`;

test("the result is that of useFaunaQuery, and live", () => {
  const { data, live, loading } = useFaunaLiveQuery(todos);
  expectTypeOf(data).toEqualTypeOf<Page<Todo> | undefined>();
  expectTypeOf(live).toEqualTypeOf<FaunaLiveState>();
  expectTypeOf(loading).toEqualTypeOf<boolean>();
});

test("select narrows the data, order gets rows, on takes any query", () => {
  const { data } = useFaunaLiveQuery(todos, {
    select: (page) => page.data.length,
    order: (a, b) => a.rank - b.rank,
    on: fql`Todo.all()`,
  });
  expectTypeOf(data).toEqualTypeOf<number | undefined>();
});

test("on takes several queries", () => {
  useFaunaLiveQuery(todos, { on: [fql`Todo.all()`, fql`User.all()`] });
  // @ts-expect-error -- A string is no query.
  useFaunaLiveQuery(todos, { on: ["Todo.all()"] });
});

test("order takes fields and their directions", () => {
  useFaunaLiveQuery(todos, { order: ["rank", ["title", "desc"]] });
  // @ts-expect-error -- There is no such direction.
  useFaunaLiveQuery(todos, { order: [["title", "down"]] });
});

test("the result of a live list is that of useFaunaInfiniteQuery, and live", () => {
  const { items, live } = useFaunaLiveInfiniteQuery(todos, {
    on: [fql`Todo.all()`],
    order: (a, b) => a.rank - b.rank,
  });
  expectTypeOf(items).toEqualTypeOf<Todo[]>();
  expectTypeOf(live).toEqualTypeOf<FaunaLiveState>();
});

test("a query may be skipped, and must be FQL v10", () => {
  useFaunaLiveQuery(null);
  // @ts-expect-error -- A string is no query.
  useFaunaLiveQuery("Todo.all()");
});

test("the options fit TanStack's own functions", () => {
  const options = faunaLiveQueryOptions(scope, todos, { on: todos });
  expectTypeOf(useQuery(options).data).toEqualTypeOf<Page<Todo> | undefined>();
  expectTypeOf(new QueryClient().getQueryData(options.queryKey)).toEqualTypeOf<
    Page<Todo> | undefined
  >();
});

test("a listener of subscribeFauna gets the query's data", () => {
  const stop = subscribeFauna(client, todos, ({ data, error, live, events }) => {
    expectTypeOf(data).toEqualTypeOf<Page<Todo> | undefined>();
    expectTypeOf(error).toEqualTypeOf<Error | null>();
    expectTypeOf(live).toEqualTypeOf<FaunaLiveState>();
    expectTypeOf(events).toEqualTypeOf<readonly FaunaEvent[]>();
  });
  expectTypeOf(stop).toEqualTypeOf<() => void>();
});

test("events are typed by their listener", () => {
  useFaunaEvents<Todo>(fql`Todo.all().eventSource()`, {
    onEvent: ({ type, data }) => {
      expectTypeOf(type).toEqualTypeOf<"add" | "update" | "remove">();
      expectTypeOf(data).toEqualTypeOf<Todo>();
    },
  });
  const { live } = useFaunaEvents(source, { onEvent() {}, enabled: false });
  expectTypeOf(live).toEqualTypeOf<FaunaLiveState>();
});

test("the provider takes settings", () => {
  const live = {
    transport: "auto",
    pollInterval: 1,
    pauseWhenHiddenFor: 1,
    maxStreams: 1,
  } as const;
  <FaunaProvider endpoint="https://fauna.example.com" live={live} />;
  // @ts-expect-error -- There is no such transport.
  <FaunaProvider endpoint="https://fauna.example.com" live={{ transport: "socket" }} />;
});
