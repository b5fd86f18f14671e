import { useFaunaAuth, useFaunaLiveInfiniteQuery } from "fauna-clerk/react";
import { AddTodo } from "./AddTodo";
import { Connection } from "./Connection";
import { Failure } from "./Failure";
import { MoreTodos } from "./MoreTodos";
import { Offline } from "./Offline";
import { newestFirst, newestTodos, newId } from "./todo";
import { TodoItem } from "./TodoItem";
import { useTodoWrites } from "./use-todo-writes";
import { WriteFailure } from "./WriteFailure";

export function Todos() {
  const { userId } = useFaunaAuth();
  const list = useFaunaLiveInfiniteQuery(newestTodos, { order: newestFirst });
  const { items: todos, error, loading, isPaused, hasNextPage, isFetchingNextPage } = list;
  const more = (): void => void list.fetchNextPage();
  const writes = useTodoWrites();
  const { add, edit, remove } = writes;
  const isWaiting = Object.values(writes).some((write) => write.isPaused) && !navigator.onLine;
  return (
    <section className="card" aria-labelledby="todos" aria-busy={loading}>
      <div className="heading">
        <h2 id="todos">My todos</h2>
        <Connection live={list.live} info={list.liveInfo} />
      </div>
      <AddTodo
        add={(title) => add.mutate({ id: newId(), title, done: false, owner: userId ?? "" })}
      />
      <Offline paused={isPaused || isWaiting} />
      {loading && !isPaused && <p role="status">Loading…</p>}
      {list.data && todos.length === 0 && (
        <p className="hint">Nothing to do. Add something above.</p>
      )}
      <ul className="todos">
        {todos.map((todo) => (
          <TodoItem
            key={todo.id}
            todo={todo}
            isMine={todo.owner === userId}
            edit={edit.mutate}
            remove={remove.mutate}
          />
        ))}
        {hasNextPage && <MoreTodos isLoading={isFetchingNextPage} more={more} />}
      </ul>
      <Failure
        error={error}
        retry={() => (list.isFetchNextPageError ? more() : void list.refetch())}
      />
      {Object.entries(writes).map(([name, write]) => (
        <WriteFailure key={name} write={write} />
      ))}
    </section>
  );
}
