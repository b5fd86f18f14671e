import { createFileRoute } from "@tanstack/react-router";
import { createServerFn } from "@tanstack/react-start";
import { fql, type Page } from "fauna";
import {
  FaunaAuthenticated,
  FaunaHydration,
  useFaunaAction,
  useFaunaLiveQuery,
  useFaunaSuspenseQuery,
} from "fauna-clerk/tanstack-react-start";
import { Suspense, useCallback } from "react";
import { Account } from "../Account";

type Todo = { id: string; title: string };

const todos = fql<Page<Todo>>`Todo.newest().pageSize(50)`;
const changes = { on: fql`Todo.all()` };

const readTodos = createServerFn().handler(async ({ context: { fauna } }) => {
  await fauna.prefetchLive(todos, changes);
  return fauna.dehydrate();
});

const addTodo = createServerFn({ method: "POST" })
  .validator((title: string) => title)
  .handler(async ({ context: { fauna }, data: title }) => {
    await fauna.query(fql`
      let token = Query.token()!
      Todo.create({ title: ${title}, done: false, owner: token.sub, org: token.org, createdAt: Time.now() })
    `);
    return fauna.receipt();
  });

export const Route = createFileRoute("/")({ loader: () => readTodos(), component: Home });

function Home() {
  return (
    <>
      <Account />
      <FaunaHydration {...Route.useLoaderData()}>
        <FaunaAuthenticated>
          <Todos />
          <Suspense fallback={<p>Counting…</p>}>
            <Count />
          </Suspense>
        </FaunaAuthenticated>
      </FaunaHydration>
    </>
  );
}

function Todos() {
  const { data, live } = useFaunaLiveQuery(todos, changes);
  const add = useFaunaAction(useCallback((title: string) => addTodo({ data: title }), []));
  return (
    <form action={async (form) => void (await add(String(form.get("title"))))}>
      <p role="status">{live}</p>
      <input name="title" aria-label="New todo" required />
      <button>Add</button>
      <ul>
        {data?.data.map(({ id, title }) => (
          <li key={id}>{title}</li>
        ))}
      </ul>
    </form>
  );
}

function Count() {
  return <p>{`${useFaunaSuspenseQuery(fql<number>`Todo.all().count()`).data} todos`}</p>;
}
