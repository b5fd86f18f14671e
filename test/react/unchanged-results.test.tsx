import { act, screen, waitFor } from "@testing-library/react";
import {
  type Document,
  type DocumentReference,
  fql,
  type NullDocument,
  type Page,
  type Query,
  type QueryValue,
} from "fauna";
import { useFaunaQuery } from "fauna-clerk";
import { memo } from "react";
import { describe, expect, test } from "vitest";

import { success } from "../support/fake-answers";
import { ada, createFakeClerk } from "../support/fake-clerk";
import { type FakeFauna, startFakeFauna } from "../support/fake-fauna";
import { modes } from "../support/modes";
import { renderFauna } from "../support/render-fauna";

type Todo = Document & { title: string; owner: DocumentReference; nested: { tags: QueryValue[] } };

/** A document as the server tags it, with one of everything in it. */
const tagged = (id: number, title = `todo ${id}`, ts = "2026-01-01T00:00:00Z"): object => ({
  "@doc": {
    id: String(id),
    coll: { "@mod": "Todo" },
    ts: { "@time": ts },
    title,
    size: { "@long": "5000000000" },
    ratio: { "@double": "NaN" },
    due: { "@date": "2026-01-02" },
    photo: { "@bytes": "AAEC" },
    owner: { "@ref": { id: "1", coll: { "@mod": "User" } } },
    gone: { "@ref": { id: "2", coll: { "@mod": "User" }, exists: false, cause: "not found" } },
    comments: { "@set": "cursor" },
    nested: { tags: ["a", { "@object": { "@int": "no number" } }] },
  },
});

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

/** A server whose page a test changes. */
async function startTodos(rows: readonly object[]) {
  const fauna = await startFakeFauna();
  const state = { rows };
  fauna.respond = (request) => success(request, { "@set": { data: state.rows, after: "next" } });
  return { fauna, state };
}

interface Renders {
  list: number;
  readonly rows: string[];
}

/** A list as an app has it: memoised rows, each of which gets its document. */
function createTodos() {
  const renders: Renders = { list: 0, rows: [] };
  const Row = memo(function Row({ todo }: { todo: Todo }) {
    renders.rows.push(todo.id);
    return <li>{todo.title}</li>;
  });
  function Todos({ query }: { query: Query<Page<Todo>> }) {
    const { data } = useFaunaQuery(query);
    renders.list++;
    return (
      <ul>
        {data?.data.map((todo) => (
          <Row key={todo.id} todo={todo} />
        ))}
      </ul>
    );
  }
  return { renders, Todos };
}

const all = fql<Page<Todo>>`Todo.all()`;

/** By roles it would take seconds, as 1,000 rows have one each. */
const titles = (): (string | null)[] =>
  [...document.querySelectorAll("li")].map((item) => item.textContent);

async function mountTodos(rows: readonly object[], wrap?: (typeof modes)[number]["wrap"]) {
  const { fauna, state } = await startTodos(rows);
  const { renders, Todos } = createTodos();
  const app = renderFauna(<Todos query={all} />, { fauna, clerk: createFakeClerk(ada), wrap });
  await waitFor(() => expect(titles()).toHaveLength(rows.length));
  renders.list = 0;
  renders.rows.length = 0;
  const refetch = async (next: readonly object[]): Promise<void> => {
    state.rows = next;
    await app.cache.refetchQueries();
  };
  return { renders, refetch, fauna };
}

describe.each(modes)("$mode", ({ mode, wrap }) => {
  /** StrictMode renders twice. */
  const once = mode === "in StrictMode" ? 2 : 1;

  test("an unchanged refetch renders nothing", async () => {
    const rows = range(0, 20).map((id) => tagged(id));
    const { renders, refetch, fauna } = await mountTodos(rows, wrap);
    await refetch(rows);
    await refetch(rows);
    expect(fauna.requests).toHaveLength(3);
    expect(renders).toEqual({ list: 0, rows: [] });
  });

  test("one changed document among 1,000 renders only its own row", async () => {
    const ids = range(0, 1000);
    const { renders, refetch } = await mountTodos(
      ids.map((id) => tagged(id)),
      wrap,
    );
    await refetch(ids.map((id) => (id === 500 ? tagged(id, "changed") : tagged(id))));
    await screen.findByText("changed");
    expect(new Set(renders.rows)).toEqual(new Set(["500"]));
    expect(renders.list).toBe(once);
  });

  test.each<[string, (ids: number[]) => number[], string[]]>([
    ["a document at the front", (ids) => [99, ...ids], ["99"]],
    ["a document less at the front", (ids) => ids.slice(1), []],
    ["another order", (ids) => [...ids].reverse(), []],
  ])("%s renders no row that was there before", async (_change, change, rendered) => {
    const ids = range(0, 20);
    const { renders, refetch } = await mountTodos(
      ids.map((id) => tagged(id)),
      wrap,
    );
    await refetch(change(ids).map((id) => tagged(id)));
    await waitFor(() => expect(renders.list).toBe(once));
    expect(titles()).toEqual(change(ids).map((id) => `todo ${id}`));
    expect([...new Set(renders.rows)]).toEqual(rendered);
  });
});

/** Answers `data`, and counts the renders of a component that selects of it. */
async function mountSelected<T>(
  answer: () => unknown,
  select: (data: Todo) => T,
  fauna: FakeFauna,
) {
  fauna.respond = (request) => success(request, answer());
  const seen: T[] = [];
  function Selected() {
    const { data } = useFaunaQuery<Todo, T>(fql<Todo>`Todo.byId("1")!`, { select });
    if (data !== undefined) seen.push(data);
    return <p>{data === undefined ? "loading" : "there"}</p>;
  }
  const app = renderFauna(<Selected />, { fauna, clerk: createFakeClerk(ada) });
  await screen.findByText("there");
  return { seen, refetch: () => act(() => app.cache.refetchQueries()) };
}

test("a selection that did not change renders nothing, though its document did", async () => {
  const fauna = await startFakeFauna();
  let title = "one";
  const { seen, refetch } = await mountSelected(
    () => tagged(1, title),
    // New objects each time, the driver's among them.
    ({ owner, nested }) => ({ owner, nested: { ...nested } }),
    fauna,
  );
  title = "two";
  await refetch();
  expect(fauna.requests).toHaveLength(2);
  expect(seen).toHaveLength(1);
});

test("a selection of queries, which cannot be compared, is always the new one", async () => {
  const fauna = await startFakeFauna();
  let title = "one";
  const { seen, refetch } = await mountSelected(
    () => tagged(1, title),
    (todo) => fql`f(${todo.title})`,
    fauna,
  );
  title = "two";
  await refetch();
  await waitFor(() => expect(seen.at(-1)?.encode()).toEqual(fql`f(${"two"})`.encode()));
});

test("a deleted document is replaced by a null document in its row", async () => {
  const fauna = await startFakeFauna();
  const gone = { "@ref": { id: "1", coll: { "@mod": "Todo" }, exists: false, cause: "deleted" } };
  let answer = tagged(1);
  fauna.respond = (request) => success(request, [answer]);
  function First() {
    const { data } = useFaunaQuery(fql<(Todo | NullDocument)[]>`Todo.all().toArray()`);
    const [first] = data ?? [];
    return <p>{first && ("cause" in first ? String(first.cause) : first.title)}</p>;
  }
  const app = renderFauna(<First />, { fauna, clerk: createFakeClerk(ada) });
  await screen.findByText("todo 1");
  answer = gone;
  await app.cache.refetchQueries();
  await screen.findByText("deleted");
});
