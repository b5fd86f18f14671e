import { useFaunaQuery } from "fauna-clerk/react";
import { AddTodo } from "./AddTodo";
import { Failure } from "./Failure";
import { Offline } from "./Offline";
import { allTodos } from "./todo";
import { TodoItem } from "./TodoItem";
import { useTodoWrites } from "./use-todo-writes";
import { WriteFailure } from "./WriteFailure";

export function Todos() {
  const { data: todos, error, loading, isPaused, refetch } = useFaunaQuery(allTodos);
  const writes = useTodoWrites();
  const { add, edit, remove } = writes;
  const isWaiting = Object.values(writes).some((write) => write.isPaused) && !navigator.onLine;
  return (
    <section className="card" aria-labelledby="todos" aria-busy={loading}>
      <h2 id="todos">My todos</h2>
      <AddTodo add={add.mutate} />
      <Offline paused={isPaused || isWaiting} />
      {loading && !isPaused && <p role="status">Loading…</p>}
      {todos?.length === 0 && <p className="hint">Nothing to do. Add something above.</p>}
      <ul className="todos">
        {todos?.map((todo) => (
          <TodoItem key={todo.id} todo={todo} edit={edit.mutate} remove={remove.mutate} />
        ))}
      </ul>
      <Failure error={error} retry={() => void refetch()} />
      {Object.entries(writes).map(([name, write]) => (
        <WriteFailure key={name} write={write} />
      ))}
    </section>
  );
}
