"use client";

import { useFaunaAction, useFaunaAuth, useFaunaLiveQuery } from "fauna-clerk/nextjs";
import { changes, newestTodos } from "../lib/todo";
import { addTodo, editTodo } from "./actions";

export function Todos() {
  const { status } = useFaunaAuth();
  const { data, error, live } = useFaunaLiveQuery(newestTodos, changes);
  const add = useFaunaAction(addTodo);
  const edit = useFaunaAction(editTodo);
  if (status === "signed-out") return null;
  return (
    <section aria-labelledby="todos">
      <h2 id="todos">My todos</h2>
      <p role="status">{live}</p>
      {error && <p role="alert">{error.message}</p>}
      <form action={async (form) => void (await add(String(form.get("title"))))}>
        <input name="title" aria-label="New todo" required />
        <button>Add</button>
      </form>
      <ul>
        {data?.data.map(({ id, title, done }) => (
          <li key={id}>
            <form action={async () => void (await edit(id, !done))}>
              <button aria-pressed={done}>{title}</button>
            </form>
          </li>
        ))}
      </ul>
    </section>
  );
}
