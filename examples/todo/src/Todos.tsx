import { fql, type Query } from "fauna";
import { useFaunaClient, useFaunaQuery } from "fauna-clerk/react";
import { AddTodo } from "./AddTodo";
import { Failure } from "./Failure";
import { Offline } from "./Offline";
import { TodoItem, type Todo } from "./TodoItem";
import { useAction } from "./use-action";

// No word about users: the role in schema.ts lets each of them see their own.
const allTodos = fql<Todo[]>`
  Todo.all().order(desc(.createdAt)).toArray().map(todo => todo { id, title, done })
`;

export function Todos() {
  const fauna = useFaunaClient();
  const { data: todos, error, loading, isPaused, refetch } = useFaunaQuery(allTodos);
  const action = useAction();
  const write = (query: Query): void =>
    action.run(async () => {
      await fauna.query(query);
      await refetch();
    });
  return (
    <section className="card" aria-labelledby="todos" aria-busy={loading}>
      <h2 id="todos">My todos</h2>
      <AddTodo write={write} />
      <Offline paused={isPaused} />
      {loading && !isPaused && <p role="status">Loading…</p>}
      {todos?.length === 0 && <p className="hint">Nothing to do. Add something above.</p>}
      <ul className="todos">
        {todos?.map((todo) => (
          <TodoItem key={todo.id} todo={todo} write={write} />
        ))}
      </ul>
      <Failure error={error ?? action.error} retry={() => action.run(refetch)} />
    </section>
  );
}
